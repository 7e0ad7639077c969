-- one row per scale that has codes: its ends
select
    scale_id,
    min(code) as lowest_code,
    max(code) as highest_code
from {{ ref('scales') }}
where code is not null and not is_not_applicable
group by scale_id
