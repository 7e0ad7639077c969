-- one row per period, unit or ancestor, slice and slice value: distinct employees present on at least one day of it
with periods as (
    select
        periods.period_type,
        periods.period_key,
        periods.period_start,
        least(periods.period_end, cast({{ dbt.dateadd('day', 1, as_of()) }} as date)) as known_end
    from {{ ref('periods') }} as periods
    inner join {{ ref('int_first_extract') }} as extracts on periods.period_end > extracts.first_extract_on
    where periods.period_type in ('month', 'quarter', 'half', 'year', 'year_to_date')
),

-- The unit's ancestors on any day of the spell that lies in the period.
present as (
    select distinct
        periods.period_type,
        periods.period_key,
        coalesce(paths.ancestor_id, 'all') as org_unit_id,
        spells.employee_id,
        spells.job_role,
        spells.employment_type
    from periods
    inner join {{ ref('int_employee_spells') }} as spells
        on periods.known_end > spells.valid_from
        and (spells.valid_to is null or periods.period_start < spells.valid_to)
    left join {{ ref('int_org_unit_paths') }} as paths
        on spells.org_unit_id = paths.org_unit_id
        and paths.valid_from < least(coalesce(spells.valid_to, periods.known_end), periods.known_end)
        and greatest(spells.valid_from, periods.period_start) < paths.valid_to
)

{% for slice, column in {'all': "'all'", 'job_role': 'job_role', 'employment_type': 'employment_type'}.items() %}
select
    period_type,
    period_key,
    org_unit_id,
    '{{ slice }}' as slice,
    coalesce({{ column }}, 'unknown') as slice_value,
    count(distinct employee_id) as person_count
from present
group by period_type, period_key, org_unit_id{% if slice != 'all' %}, {{ column }}{% endif %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
