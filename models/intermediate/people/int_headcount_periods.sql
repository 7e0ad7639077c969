-- one row per period, unit or ancestor, slice, slice value and measure: headcount at the end, person-years at work
with known_periods as (
    select
        periods.period_type, periods.period_key, periods.period_start, extracts.first_extract_on,
        cast({{ dbt.dateadd('day', -1, 'periods.period_start') }} as date) as day_before,
        least(cast({{ dbt.dateadd('day', -1, 'periods.period_end') }} as date), {{ as_of() }}) as last_known_day
    from {{ ref('periods') }} as periods
    inner join {{ ref('int_first_extract') }} as extracts on periods.period_end > extracts.first_extract_on
    where periods.period_type not in ('day', 'wave')
),

periods as (
    select
        *,
        {{ dbt.datediff('period_start', 'last_known_day', 'day') }} + 1 as known_days -- noqa: LT05, dbt's macro is long
    from known_periods
),

headcounts as (
    select * from {{ ref('int_headcount_days') }}
),

-- Half of the opening and half of the closing headcount, summed, is the average headcount of a month.
halves as (
    select
        periods.period_key as month_key,
        headcounts.org_unit_id, headcounts.slice, headcounts.slice_value, headcounts.headcount
    from periods
    inner join headcounts on periods.day_before = headcounts.date_day or periods.last_known_day = headcounts.date_day
    where periods.period_type = 'month'
),

averages as (
    select month_key, org_unit_id, slice, slice_value, cast(sum(headcount) as decimal(18, 6)) / 2 as average_headcount
    from halves
    group by month_key, org_unit_id, slice, slice_value
),

month_parts as (
    select
        parts.part_key as month_key,
        parts.period_type, parts.period_key,
        count(*) over (partition by parts.period_type, parts.period_key) as month_count
    from {{ ref('int_period_parts') }} as parts
    where
        parts.part_type = 'month'
        and parts.part_key in (select months.period_key from periods as months where months.period_type = 'month')
),

exposures as (
    select
        month_parts.period_type, month_parts.period_key, averages.org_unit_id, averages.slice, averages.slice_value,
        sum(averages.average_headcount) / max(month_parts.month_count) as average_headcount
    from month_parts
    inner join averages on month_parts.month_key = averages.month_key
    group by month_parts.period_type, month_parts.period_key, averages.org_unit_id, averages.slice, averages.slice_value
),

persons as (
    select * from {{ ref('int_employee_persons') }}
)

select
    periods.period_type, periods.period_key, headcounts.org_unit_id, headcounts.slice, headcounts.slice_value,
    'headcount' as measure,
    headcounts.headcount as base_count,
    cast(headcounts.headcount as decimal(38, 12)) as value_sum
from periods
inner join headcounts on periods.last_known_day = headcounts.date_day
where periods.last_known_day >= periods.first_extract_on
union all
select
    exposures.period_type, exposures.period_key, exposures.org_unit_id, exposures.slice, exposures.slice_value,
    'person_years',
    persons.person_count,
    cast(exposures.average_headcount * periods.known_days / 365.25 as decimal(38, 12))
from exposures
inner join periods on exposures.period_type = periods.period_type and exposures.period_key = periods.period_key
left join persons
    on exposures.period_type = persons.period_type
    and exposures.period_key = persons.period_key
    and exposures.org_unit_id = persons.org_unit_id
    and exposures.slice = persons.slice
    and exposures.slice_value = persons.slice_value
