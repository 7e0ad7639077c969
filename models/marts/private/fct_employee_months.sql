-- one row per employee and month in which they worked, as of the month's last day at work that is known
with months as (
    select periods.*
    from {{ ref('periods') }} as periods
    -- Before the first extract only those are known who stayed until it.
    inner join {{ ref('int_first_extract') }} as extracts on periods.period_end > extracts.first_extract_on
    where periods.period_type = 'month'
),

present as (
    select
        spells.*,
        months.period_key as month_key,
        months.period_start, months.period_end,
        -- A leaving is never hidden by a return in the same month.
        row_number() over (
            partition by spells.employee_id, months.period_key
            order by
                case when spells.is_leaving and spells.valid_to < months.period_end then 0 else 1 end,
                spells.valid_from desc
        ) as recency
    from {{ ref('int_employee_spells') }} as spells
    inner join months
        on spells.valid_from < months.period_end
        -- Who left on the first of a month is its leaver, though at work only before it.
        and (spells.valid_to is null or spells.valid_to >= months.period_start)
    where spells.valid_from <= {{ as_of() }}
),

dated as (
    select
        *,
        is_leaving and valid_to < period_end and valid_to <= {{ as_of() }} as has_left,
        least(cast({{ dbt.dateadd('day', -1, 'period_end') }} as date), {{ as_of() }}) as last_known_day
    from present
    where recency = 1 and (valid_to is null or valid_to > period_start or is_leaving)
)

select
    dated.employee_key as person_key,
    dated.month_key,
    case when has_left then dated.valid_to else last_known_day end as date_day,
    dated.org_unit_id, dated.job_role, dated.employment_type,
    units.vendor_id as vendor,
    case when has_left then dated.leaving_reason end as leaving_reason,
    cast(case when has_left then 1 else 0 end as smallint) as leavers
from dated
left join {{ ref('org_units') }} as units
    on dated.org_unit_id = units.org_unit_id
    and last_known_day >= units.valid_from and (units.valid_to is null or last_known_day < units.valid_to)
