{#
    Rows of counted responses added up to periods and to every ancestor that the unit had on the day (rule 7). `rows` names a CTE
    with the keys, the columns to add up, and of int_response_places month_key, wave_key, path_id, person_number and is_pooled:
    what is not pooled is in its wave only (rule 19).
#}
{% macro survey_cells(rows, keys, sums, periods) -%}
    {%- set added = [] -%}
    {%- for column in sums -%}{%- do added.append('sum(' ~ column ~ ') as ' ~ column) -%}{%- endfor -%}
    {%- set unit_keys = ['parts.part_type', 'parts.part_key', 'paths.ancestor_id'] + keys -%}
    select periods.period_type, periods.period_key, parts.org_unit_id, {{ (keys + added) | join(', ') }}
    from (
        select parts.part_type, parts.part_key, paths.ancestor_id as org_unit_id, {{ (keys + added) | join(', ') }}
        from ({{ response_parts(rows, keys, added) }}) as parts
        inner join {{ ref('int_org_unit_paths') }} as paths on parts.path_id = paths.path_id
        group by {{ unit_keys | join(', ') }}
    ) as parts
    {{ in_periods(periods) }}
    group by periods.period_type, periods.period_key, parts.org_unit_id, {{ keys | join(', ') }}
{%- endmacro %}

{#
    The cells behind which fewer persons stand than the minimum. As many persons as the minimum are kept of each part, and again of
    each unit: if all were kept the count is exact, and if not the cell is not small.
#}
{% macro small_survey_cells(rows, keys, periods) -%}
    {%- set part = ['part_type', 'part_key'] + keys -%}
    select periods.period_type, periods.period_key, parts.org_unit_id, {{ keys | join(', ') }}
    from (
        {% call first_persons(part + ['org_unit_id']) %}
        select {{ part | join(', ') }}, paths.ancestor_id as org_unit_id, parts.person_number
        from ({% call first_persons(part + ['path_id']) %}{{ response_parts(rows, keys + ['person_number'], []) }}{% endcall %}) as parts
        inner join {{ ref('int_org_unit_paths') }} as paths on parts.path_id = paths.path_id
        {% endcall %}
    ) as parts
    {{ in_periods(periods) }}
    group by periods.period_type, periods.period_key, parts.org_unit_id, {{ keys | join(', ') }}
    having {{ is_small_group('count(distinct parts.person_number)', "'customer_survey'") }}
{%- endmacro %}

{# Of the persons of each group in the called query as many as the minimum, those with the lowest numbers. #}
{% macro first_persons(keys) -%}
    select {{ keys | join(', ') }}, person_number
    from (
        select
            {{ keys | join(', ') }}, person_number,
            row_number() over (partition by {{ keys | join(', ') }} order by person_number) as person_rank
        from (select distinct {{ keys | join(', ') }}, person_number from ({{ caller() }}) as persons) as persons
    ) as persons
    where person_rank <= {{ var('minimum_group').customer }}
{%- endmacro %}

{# The same rows added up by month and by wave, of which all periods are made. #}
{% macro response_parts(rows, keys, added) -%}
    {%- for part in ['month', 'wave'] %}
    select '{{ part }}' as part_type, {{ part }}_key as part_key, path_id, {{ (keys + added) | join(', ') }}
    from {{ rows }}
    where {{ 'is_pooled' if part == 'month' else 'wave_key is not null' }}
    group by {{ part }}_key, path_id, {{ keys | join(', ') }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}

{% macro in_periods(periods) -%}
    inner join {{ ref('int_response_period_parts') }} as periods
        on parts.part_type = periods.part_type and parts.part_key = periods.part_key
    where periods.period_type in ('{{ periods | join("', '") }}')
{%- endmacro %}

{# The state of a cell of customers' answers, of which is_hidden says that too few persons stand behind it. #}
{% macro survey_state(base='base_count') -%}
    case when is_hidden then 'hidden_small' when {{ base }} < {{ var('low_base') }} then 'low_base' else 'ok' end
{%- endmacro %}
