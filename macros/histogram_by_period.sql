{# Daily counts of whole values added up to periods and ancestors, as sums_by_period does with sums. #}
{% macro histogram_by_period(days, fact, is_survey=false) %}
{%- set cell = 'path_id, slice, slice_value, measure, whole_value' -%}
with placed as (
    select days.*, dates.week_key, dates.month_key, coalesce(stretches.path_id, 'unknown') as path_id
    from {{ ref(days) }} as days
    inner join {{ ref('dates') }} as dates on days.date_day = dates.date_day
    left join (select distinct path_id, org_unit_id, valid_from, valid_to from {{ ref('int_org_unit_paths') }}) as stretches
        on days.org_unit_id = stretches.org_unit_id
            and days.date_day >= stretches.valid_from and days.date_day < stretches.valid_to
    -- Only the cuts that a quantile of the catalogue asks for, each once however many ask.
    where exists (
        select 1 from {{ ref('metrics') }} as metrics
        where metrics.fact = '{{ fact }}' and metrics.method in ('median', 'p90', 'p95')
            and metrics.measure = days.measure and {{ lists('metrics.slices', 'days.slice') }}
    )
),

parts as (
    {% for part in ['week', 'month'] + (['wave'] if is_survey else []) %}
    select '{{ part }}' as part_type, {{ part }}_key as part_key, {{ cell }}, sum(value_count) as value_count
    from placed where {{ part_filter(part, is_survey) }} group by {{ part }}_key, {{ cell }}
    {% if not loop.last %}union all{% endif %}{% endfor %}
)

select '{{ fact }}' as fact, parts.measure, periods.period_type, periods.period_key, paths.ancestor_id as org_unit_id,
    parts.slice, parts.slice_value, parts.whole_value, cast(sum(parts.value_count) as bigint) as value_count
from parts
inner join {{ ref('int_period_parts') }} as periods on parts.part_type = periods.part_type and parts.part_key = periods.part_key
inner join {{ ref('int_org_unit_paths') }} as paths on parts.path_id = paths.path_id
group by parts.measure, periods.period_type, periods.period_key, paths.ancestor_id, parts.slice, parts.slice_value, parts.whole_value
{% endmacro %}
