-- one row per cut, its value, period and unit: expectation, perception, their gap with its interval, and importance
{% set counts = {'gap': 'pairs', 'expectation': 'pairs', 'importance': 'importance_answers'} %}
with cells as (
    select
        cut, cut_value, period_type, period_key, org_unit_id, is_hidden, is_importance_hidden,
        cast(pairs as bigint) as base_count,
        cast(importance_answers as bigint) as importance_count,
        {% for name, count in counts.items() -%}
        {{ double(count) }} as {{ name }}_n,
        {{ double(name) }} as {{ name }}_x,
        {{ double(name ~ '_squares') }} as {{ name }}_xx,
        {% endfor -%}
        {{ double('perception') }} / pairs as perception,
        100 * {{ double('below') }} / pairs as below_share,
        100 * {{ double('pairs - below - above') }} / pairs as met_share,
        100 * {{ double('above') }} / pairs as above_share
    from {{ ref('int_expectation_cells') }}
),

means as (
    select
        {% for name in counts -%}
        {%- set n, x, xx = name ~ '_n', name ~ '_x', name ~ '_xx' -%}
        {{ x }} / nullif({{ n }}, 0) as {{ name }},
        1 / nullif({{ n }} - 1, 0) as {{ name }}_inverse_df,
        {{ without_noise(xx ~ ' - ' ~ x ~ ' * ' ~ x ~ ' / nullif(' ~ n ~ ', 0)', xx) }} as {{ name }}_spread,
        {% endfor -%}
        cells.*
    from cells
)

select
    cut, cut_value, period_type, period_key, org_unit_id,
    {% for column in ['base_count', 'expectation', 'perception', 'gap', 'below_share', 'met_share', 'above_share'] -%}
    case when not is_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    {% for column in ['importance_count', 'importance'] -%}
    case when not is_importance_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    {% for name in counts -%}
    {# Of one answer the divisor is missing, and so are the limits. #}
    {%- for side, sign in {'low': '-', 'high': '+'}.items() -%}
    case
        when not {{ 'is_importance_hidden' if name == 'importance' else 'is_hidden' }}
            then
                {{ name }} {{ sign }} {{ t_quantile(name ~ '_inverse_df') }}
                * sqrt({{ name }}_spread / nullif({{ name }}_n - 1, 0) / nullif({{ name }}_n, 0))
    end as {{ name }}_{{ side }},
    {% endfor -%}
    {% endfor -%}
    {{ survey_state() }} as state
from means
