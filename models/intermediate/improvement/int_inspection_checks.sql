-- one row per inspection of which single checks are known: how many applied, were passed, and failed critically
select
    inspection_id,
    count(*) as items_checked,
    sum(case when passed then 1 else 0 end) as items_passed,
    sum(case when is_critical and not passed then 1 else 0 end) as critical_errors
from {{ ref('stg_inspection_items') }}
where coalesce(is_applicable, true) and passed is not null
group by inspection_id
