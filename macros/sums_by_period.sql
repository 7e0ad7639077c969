{#
    Daily sums added up to periods and to every ancestor that the unit had on the day (rule 7). Without `days` those of the fact itself.
    Surveys have waves and pools, and weights unless `is_weighted` says otherwise.
    Days are first added to weeks, months and waves, of which all longer periods are made. A cell has a row for each group of measures with the
    same cuts.
#}
{% macro sums_by_period(days, fact, is_survey=false, is_weighted=none) %}
{%- set is_weighted, period_parts, paths = (is_survey if is_weighted is none else is_weighted), ref('int_period_parts'), ref('int_org_unit_paths') -%}
with stretches as (
    select distinct path_id, org_unit_id, valid_from, valid_to from {{ paths }}
),

days as (
    select days.*, dates.day_key, dates.week_key, dates.month_key, coalesce(stretches.path_id, 'unknown') as path_id
    from {{ ref(days) if days else '(' ~ sums_by_day(fact) ~ ')' }} as days
    inner join {{ ref('dates') }} as dates on days.date_day = dates.date_day
    left join stretches
        on days.org_unit_id = stretches.org_unit_id
            and days.date_day >= stretches.valid_from and days.date_day < stretches.valid_to
)

{%- for cuts, group in measure_groups(fact).items() %},
parts_{{ loop.index }} as (
    {{ parts_of_group(cuts, group, is_survey, is_weighted) }}
)
{%- endfor %}

{% for group in measure_groups(fact).values() %}
select periods.period_type, periods.period_key, paths.ancestor_id as org_unit_id, parts.slice, parts.slice_value
    {%- for measure in measures(fact) %}
    {%- for column in sum_columns(measure, is_weighted) %}, {{ 'sum(parts.' ~ column ~ ')' if measure in group else no_sum(column, measure) }} as {{ column }}{% endfor %}
    {%- endfor %}
from parts_{{ loop.index }} as parts
inner join {{ period_parts }} as periods on parts.part_type = periods.part_type and parts.part_key = periods.part_key
inner join {{ paths }} as paths on parts.path_id = paths.path_id
group by periods.period_type, periods.period_key, paths.ancestor_id, parts.slice, parts.slice_value
{% if not loop.last %}union all{% endif %}
{% endfor %}
{% endmacro %}

{# Days of measures with the same cuts added up to days, weeks, months and waves, over the rows that have them. #}
{% macro parts_of_group(cuts, group, is_survey, is_weighted) %}
    {%- for part in ['day', 'week', 'month'] + (['wave'] if is_survey else []) %}
    select '{{ part }}' as part_type, {{ part }}_key as part_key, path_id, slice, slice_value
        {%- for measure in group %}{% for column in sum_columns(measure, is_weighted) %}, sum({{ column }}) as {{ column }}{% endfor %}{% endfor %}
    from days
    where {{ part_filter(part, is_survey) }}{% if cuts %} and slice in ('all', '{{ cuts.split(' ') | join("', '") }}'){% endif %}
    group by {{ part }}_key, path_id, slice, slice_value
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{% endmacro %}

{# Which daily rows make a part: days carry no slices (rule 6); calendar periods only pools and programmes (rule 19). #}
{% macro part_filter(part, is_survey) -%}
    {%- if part == 'wave' -%} wave_key is not null
    {%- else -%}
        {{ "slice = 'all'" if part == 'day' else 'true' }}
        {%- if is_survey %} and (is_pooled or slice = 'programme'){% endif -%}
    {%- endif -%}
{%- endmacro %}
