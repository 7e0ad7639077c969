-- one row per period, unit or ancestor, slice and slice value: distinct employees present in it, or on the day before
with periods as (
    select
        periods.period_type, periods.period_key,
        -- The average headcount of the period counts them that day (rule 10).
        cast({{ dbt.dateadd('day', -1, 'periods.period_start') }} as date) as opening_day,
        least(periods.period_end, cast({{ dbt.dateadd('day', 1, as_of()) }} as date)) as known_end
    from {{ ref('periods') }} as periods
    inner join {{ ref('int_first_extract') }} as extracts on periods.period_end > extracts.first_extract_on
    where periods.period_type in ('month', 'quarter', 'half', 'year', 'year_to_date')
),

-- The unit's ancestors on any such day of the spell.
present as (
    select distinct
        periods.period_type, periods.period_key,
        coalesce(paths.ancestor_id, 'all') as org_unit_id,
        spells.employee_id, spells.job_role, spells.employment_type
    from periods
    inner join {{ ref('int_employee_spells') }} as spells
        on periods.known_end > spells.valid_from
        and (spells.valid_to is null or periods.opening_day < spells.valid_to)
    left join {{ ref('int_org_unit_paths') }} as paths
        on spells.org_unit_id = paths.org_unit_id
        and paths.valid_from < least(coalesce(spells.valid_to, periods.known_end), periods.known_end)
        and greatest(spells.valid_from, periods.opening_day) < paths.valid_to
)

{% for slice, column in slices('fct_employee_months').items() %}
select
    period_type, period_key, org_unit_id,
    '{{ slice }}' as slice,
    coalesce({{ column }}, 'unknown') as slice_value,
    count(distinct employee_id) as person_count
from present
group by period_type, period_key, org_unit_id{% if slice != 'all' %}, {{ column }}{% endif %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
