-- one row per day that ends a week or month (or is as_of), unit or ancestor, slice and slice value: employees present
with ends as (
    select distinct least(cast({{ dbt.dateadd('day', -1, 'periods.period_end') }} as date), {{ as_of() }}) as date_day
    from {{ ref('periods') }} as periods
    -- From the day before the month of the first extract, whose opening headcount it is.
    inner join {{ ref('int_first_extract') }} as extracts
        on periods.period_end > {{ dbt.dateadd('month', -1, 'extracts.first_extract_on') }}
    where periods.period_type in ('week', 'month')
),

present as (
    select
        ends.date_day, spells.org_unit_id, spells.job_role, spells.employment_type
    from ends
    inner join {{ ref('int_employee_spells') }} as spells
        on ends.date_day >= spells.valid_from and (spells.valid_to is null or ends.date_day < spells.valid_to)
),

sliced as (
    {% for slice, column in slices('fct_employee_months').items() %}
    select
        date_day, org_unit_id,
        '{{ slice }}' as slice,
        coalesce({{ column }}, 'unknown') as slice_value,
        count(*) as headcount
    from present
    group by date_day, org_unit_id{% if slice != 'all' %}, {{ column }}{% endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

placed as (
    select sliced.*, paths.ancestor_id
    from sliced
    left join {{ ref('int_org_unit_paths') }} as paths
        on sliced.org_unit_id = paths.org_unit_id
        and sliced.date_day >= paths.valid_from and sliced.date_day < paths.valid_to
)

select
    date_day,
    -- An unknown unit still counts in the whole.
    coalesce(ancestor_id, 'all') as org_unit_id,
    slice, slice_value,
    cast(sum(headcount) as bigint) as headcount
from placed
group by date_day, coalesce(ancestor_id, 'all'), slice, slice_value
