-- Months in which the closing headcount is not the opening one, and who came, less who went.
-- Somebody would be counted twice, or be at work nowhere.
-- Rows give the month with its counts; they are a fault of the models.
with spells as (
    select * from {{ ref('int_employee_spells') }}
),

-- Days on which somebody was not at work the day before, or is not any more.
moves as (
    select
        spells.valid_from as moved_on,
        1 as heads
    from spells
    left join spells as earlier on spells.employee_id = earlier.employee_id and spells.valid_from = earlier.valid_to
    where earlier.employee_id is null
    union all
    select
        spells.valid_to as moved_on,
        -1 as heads
    from spells
    left join spells as later on spells.employee_id = later.employee_id and spells.valid_to = later.valid_from
    where spells.valid_to is not null and later.employee_id is null
),

months as (
    select * from {{ ref('metric_values') }}
    where metric_id = 'headcount' and period_type = 'month' and org_unit_id = 'all' and slice = 'all'
)

select
    months.period_key,
    months.previous_value as opening_headcount,
    coalesce(sum(moves.heads), 0) as net_moves,
    months.value as closing_headcount
from months
left join moves
    on months.period_start <= moves.moved_on and months.period_end > moves.moved_on and moves.moved_on <= {{ as_of() }}
where months.previous_value is not null
group by months.period_key, months.previous_value, months.value
having months.previous_value + coalesce(sum(moves.heads), 0) != months.value
