-- one row per programme, pair of consecutive questionnaire versions and measure of a question: the shift between them
{% set shown_columns = [
    'old_base_count', 'base_count', 'old_value', 'value', 'difference', 'difference_low', 'difference_high'
] %}
{% set sides = ['', 'old_'] %}
with cells as (
    select
        *,
        base_count > 0 and old_base_count > 0 as is_bridge,
        case when measure in ('overall_top2', 'item_top2') then 100 else 1 end as factor,
        case
            when measure in ('overall_top2', 'item_top2') then 'wilson'
            when measure = 'promoter_points' then 'adjusted_wald'
            else 't'
        end as interval_method
    from {{ ref('int_version_bridge_cells') }}
),

means as (
    select
        *,
        {% for side in sides -%}
        {{ double(side ~ 'value_sum') }} / nullif({{ side }}base_count, 0) as {{ side }}mean,
        {{ double(side ~ 'value_sum_squares') }} / nullif({{ side }}base_count, 0) as {{ side }}mean_of_squares,
        {{ double(side ~ 'base_count') }} as {{ side }}n,
        {% endfor -%}
        {{ is_small_group('least(person_count, old_person_count)', "'customer_survey'") }} as is_hidden
    from cells
    where is_bridge
),

estimates as (
    select
        *,
        {% for side in sides -%}
        {% set mean, squares, n = side ~ 'mean', side ~ 'mean_of_squares', side ~ 'n' -%}
        {% set up = '((' ~ squares ~ ' / 10000 + ' ~ mean ~ ' / 100) / 2)' -%}
        {% set down = '((' ~ squares ~ ' / 10000 - ' ~ mean ~ ' / 100) / 2)' -%}
        factor * {{ mean }} as {{ side }}value,
        sqrt({{ squared_mean_error(n, side ~ 'value_sum', side ~ 'value_sum_squares') }}) as {{ side }}std_error,
        {% for limit in ['low', 'high'] -%}
        case interval_method
            when 'wilson' then 100 * {{ wilson(limit, mean, n) }}
            when 'adjusted_wald' then 100 * ({{ adjusted_wald(limit, up, down, n) }})
        end as {{ side }}ci_{{ limit }},
        {% endfor -%}
        {% endfor -%}
        {{ double('null') }} as old_ratio_low,
        {{ double('null') }} as old_ratio_high
    from means
),

spread as (
    select
        *,
        {{ squared_error('old') }} as old_error2,
        {{ welch_inverse_df('old') }} as old_inverse_df
    from estimates
),

compared as (
    select
        *,
        value - old_value as difference,
        {{ change_limit('low', 'old') }} as difference_low,
        {{ change_limit('high', 'old') }} as difference_high
    from spread
)

select
    cells.programme, cells.old_version, cells.new_version, cells.measure, cells.construct, cells.concept,
    cells.is_bridge, cells.first_period_key, cells.last_period_key,
    case when not compared.is_hidden then cells.period_count end as period_count,
    {% for column in shown_columns -%}
    case when not compared.is_hidden then compared.{{ column }} end as {{ column }},
    {% endfor -%}
    case
        when not cells.is_bridge then 'no_bridge'
        when compared.is_hidden then 'hidden_small'
        when least(cells.base_count, cells.old_base_count) < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from cells
left join compared
    on cells.programme = compared.programme
    and cells.old_version = compared.old_version
    and cells.new_version = compared.new_version
    and cells.measure = compared.measure
    and cells.construct = compared.construct
    and cells.concept = compared.concept
