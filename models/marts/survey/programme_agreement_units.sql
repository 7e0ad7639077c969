-- one row per half-year or year, internal and external programme and unit that both asked about: their difference (A16)
with scores as (
    select
        *,
        {% for side in ['internal', 'external'] -%}
        {% set base_count, x, xx = side ~ '_base_count', side ~ '_value_sum', side ~ '_value_sum_squares' -%}
        {{ squared_mean_error(base_count, x, xx) }} as {{ side }}_error2,
        {% endfor -%}
        {{ double('internal_value - external_value') }} as difference
    from {{ ref('int_programme_scores') }}
),

spread as (
    select
        *,
        internal_error2 + external_error2 as error2,
        {{ welch_df('internal_error2', 'internal_base_count', 'external_error2', 'external_base_count') }} as inverse_df
    from scores
)

select
    period_type, period_key, is_complete, internal_programme, external_programme, org_level, org_unit_id,
    is_same_scale,
    {% for side in ['internal', 'external'] -%}
    case when not is_small then {{ side }}_base_count end as {{ side }}_base_count,
    case when not is_small then {{ double(side ~ '_value') }} end as {{ side }}_value,
    {% endfor -%}
    case when not is_small then difference end as difference,
    case when not is_small then {{ t_limit('low', 'difference', 'error2', 'inverse_df') }} end as difference_low,
    case when not is_small then {{ t_limit('high', 'difference', 'error2', 'inverse_df') }} end as difference_high,
    case
        when is_small then 'hidden_small'
        when least(internal_base_count, external_base_count) < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from spread
