-- one row per cell in which anybody answered the outcome and all its drivers: how many answers and how many persons
select
    cell_id,
    count(*) as base_count,
    -- Where the person is not known each answer stands for one.
    count(distinct person_key) + sum(case when person_key is null then 1 else 0 end) as person_count
from {{ ref('int_driver_members') }}
group by cell_id
