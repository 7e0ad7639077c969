-- one row per half-year or year, internal and external programme and level of units: how far the two agree (A16)
-- Ranks and limits of agreement of fewer units than this would be read out of next to nothing.
{% set minimum_units = 5 %}
{% set group =
    'period_type, period_key, internal_programme, external_programme, org_level, is_complete, is_same_scale' %}
{% set pooled = ['base_count', 'value_sum', 'value_sum_squares'] %}
with added as (
    select
        {{ group }},
        count(case when not is_small then 1 end) as unit_count,
        count(case when is_small then 1 end) as left_out_count,
        {% for side in ['internal_', 'external_'] -%}
        {% for column in pooled -%}
        sum(case when not is_small then {{ side ~ column }} end) as {{ side ~ column }},
        {% endfor -%}
        {% endfor -%}
        {{ double('sum(case when not is_small then internal_value - external_value end)') }} as difference_sum,
        {{ double('sum(case when not is_small then cast(' ~ double('internal_value - external_value') ~ ' * '
            ~ double('internal_value - external_value') ~ ' as decimal(38, 12)) end)') }} as difference_squares
    from {{ ref('int_programme_scores') }}
    group by {{ group }}
),

means as (
    select
        *,
        {% for side in ['internal_', 'external_'] -%}
        {{ double(side ~ 'value_sum') }} / {{ side }}base_count as {{ side }}value,
        {% set base_count, x, xx = side ~ 'base_count', side ~ 'value_sum', side ~ 'value_sum_squares' -%}
        {{ squared_mean_error(base_count, x, xx) }} as {{ side }}error2,
        {% endfor -%}
        difference_sum / nullif(unit_count, 0) as mean_offset,
        {{ squared_mean_error('unit_count', 'difference_sum', 'difference_squares') }} as offset_error2,
        1 / nullif({{ double('unit_count - 1') }}, 0) as offset_inverse_df
    from added
),

spread as (
    select
        *,
        internal_value - external_value as pooled_offset,
        internal_error2 + external_error2 as pooled_error2,
        {{ welch_df('internal_error2', 'internal_base_count', 'external_error2', 'external_base_count') }} as pooled_df,
        case when unit_count >= {{ minimum_units }} then sqrt(offset_error2 * unit_count) end as deviation
    from means
)

select
    spread.period_type, spread.period_key, spread.is_complete, spread.internal_programme, spread.external_programme,
    spread.org_level, spread.is_same_scale,
    cast(spread.unit_count as bigint) as unit_count,
    cast(spread.left_out_count as bigint) as left_out_count,
    cast(spread.internal_base_count as bigint) as internal_base_count,
    cast(spread.external_base_count as bigint) as external_base_count,
    spread.internal_value, spread.external_value, spread.pooled_offset,
    {% for side in ['low', 'high'] -%}
    {{ t_limit(side, 'pooled_offset', 'pooled_error2', 'pooled_df') }} as pooled_offset_{{ side }},
    {% endfor -%}
    spread.mean_offset,
    {% for side in ['low', 'high'] -%}
    {{ t_limit(side, 'mean_offset', 'offset_error2', 'offset_inverse_df') }} as mean_offset_{{ side }},
    {% endfor -%}
    spread.mean_offset - {{ z() }} * spread.deviation as agreement_low,
    spread.mean_offset + {{ z() }} * spread.deviation as agreement_high,
    case when spread.unit_count >= {{ minimum_units }} then ranks.spearman end as spearman,
    case when spread.unit_count >= {{ minimum_units }} then ranks.kendall end as kendall,
    case
        when spread.unit_count = 0 then 'hidden_small'
        when spread.unit_count < {{ minimum_units }} then 'few_units'
        when least(spread.internal_base_count, spread.external_base_count) < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from spread
left join {{ ref('int_programme_ranks') }} as ranks
    on spread.period_type = ranks.period_type
    and spread.period_key = ranks.period_key
    and spread.internal_programme = ranks.internal_programme
    and spread.external_programme = ranks.external_programme
    and spread.org_level = ranks.org_level
