{#
    Rows of counted responses added up to periods and to every ancestor that the unit had on the day (rule 7). `rows` names a CTE
    with the keys, the columns to add up, and of int_response_places month_key, wave_key, path_id, person_number and is_pooled:
    what is not pooled is in its wave only (rule 19).
#}
{% macro survey_cells(rows, keys, sums, periods) -%}
    select
        periods.period_type, periods.period_key, paths.ancestor_id as org_unit_id, {{ keys | join(', ') }}
        {%- for column in sums %}, sum({{ column }}) as {{ column }}{% endfor %}
    from ({{ response_parts(rows, keys, sums) }}) as parts
    {{ placed_parts(periods) }}
    group by periods.period_type, periods.period_key, paths.ancestor_id, {{ keys | join(', ') }}
{%- endmacro %}

{#
    The cells behind which fewer persons stand than the minimum. As many persons as the minimum are kept of each part: if all of a
    part are kept the count is exact, and if not the cell is not small.
#}
{% macro small_survey_cells(rows, keys, periods) -%}
    select periods.period_type, periods.period_key, paths.ancestor_id as org_unit_id, {{ keys | join(', ') }}
    from (
        select
            *,
            row_number() over (
                partition by part_type, part_key, path_id, {{ keys | join(', ') }} order by person_number
            ) as person_rank
        from ({{ response_parts(rows, keys + ['person_number'], []) }}) as persons
    ) as parts
    {{ placed_parts(periods) }} and parts.person_rank <= {{ var('minimum_group').customer }}
    group by periods.period_type, periods.period_key, paths.ancestor_id, {{ keys | join(', ') }}
    having {{ is_small_group('count(distinct parts.person_number)', "'customer_survey'") }}
{%- endmacro %}

{# The same rows added up by month and by wave, of which all periods are made. #}
{% macro response_parts(rows, keys, sums) -%}
    {%- for part in ['month', 'wave'] %}
    select '{{ part }}' as part_type, {{ part }}_key as part_key, path_id, {{ keys | join(', ') }}
        {%- for column in sums %}, sum({{ column }}) as {{ column }}{% endfor %}
    from {{ rows }}
    where {{ 'is_pooled' if part == 'month' else 'wave_key is not null' }}
    group by {{ part }}_key, path_id, {{ keys | join(', ') }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}

{% macro placed_parts(periods) -%}
    inner join {{ ref('int_response_period_parts') }} as periods
        on parts.part_type = periods.part_type and parts.part_key = periods.part_key
    inner join {{ ref('int_org_unit_paths') }} as paths on parts.path_id = paths.path_id
    where periods.period_type in ('{{ periods | join("', '") }}')
{%- endmacro %}

{# The state of a cell of customers' answers, of which is_hidden says that too few persons stand behind it. #}
{% macro survey_state(base='base_count') -%}
    case when is_hidden then 'hidden_small' when {{ base }} < {{ var('low_base') }} then 'low_base' else 'ok' end
{%- endmacro %}
