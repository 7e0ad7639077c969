-- Months whose leavers are not the employees who were at work and, on a day of the month, were not any more.
-- Turnover would miss who left on the first of a month, or who came back in the same one.
-- Rows give the month with both counts; they are a fault of the models.
with spells as (
    select * from {{ ref('int_employee_spells') }}
),

gone as (
    select
        spells.employee_key,
        spells.valid_to
    from spells
    left join spells as later on spells.employee_id = later.employee_id and spells.valid_to = later.valid_from
    where
        spells.valid_to <= {{ as_of() }}
        -- Also who was listed again on the very day on which they had left.
        and (later.employee_id is null or spells.is_leaving)
),

counted as (
    select
        months.period_key,
        count(distinct gone.employee_key) as gone_count
    from {{ ref('periods') }} as months
    inner join {{ ref('int_first_extract') }} as extracts on months.period_end > extracts.first_extract_on
    left join gone on months.period_start <= gone.valid_to and months.period_end > gone.valid_to
    where months.period_type = 'month'
    group by months.period_key
),

published as (
    select
        month_key,
        sum(leavers) as leavers
    from {{ ref('fct_employee_months') }}
    group by month_key
)

select
    counted.period_key,
    counted.gone_count,
    published.leavers
from counted
left join published on counted.period_key = published.month_key
where counted.gone_count != coalesce(published.leavers, 0)
