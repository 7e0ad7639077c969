-- one row per scale that has codes: its ends, and whether its lowest code is the best
select
    scale_id,
    min(code) as lowest_code,
    max(code) as highest_code,
    coalesce(min(code) = max(case when is_top1 then code end), false) as is_descending
from {{ ref('scales') }}
where code is not null and not is_not_applicable
group by scale_id
