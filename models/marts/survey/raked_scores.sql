-- one row per survey, quarter or wave, and metric: its value as answered beside the one raked to the customer base
with estimates as (
    select *, {{ is_small_group('person_count', "'customer_survey'") }} as is_hidden
    from {{ ref('int_raked_estimates') }}
),

paired as (
    select
        plain.*,
        raked.value as raked_value,
        raked.std_error as raked_std_error,
        raked.ci_low as raked_ci_low,
        raked.ci_high as raked_ci_high,
        raked.effective_base as raked_effective_base,
        effects.is_converged, effects.cycles
    from estimates as plain
    left join estimates as raked
        on plain.survey_id = raked.survey_id
        and plain.period_type = raked.period_type and plain.period_key = raked.period_key
        and plain.metric_id = raked.metric_id and raked.weighting = 'raked'
    left join {{ ref('int_raking_effects') }} as effects
        on plain.survey_id = effects.survey_id
        and plain.period_type = effects.period_type and plain.period_key = effects.period_key
    where plain.weighting = 'none'
)

select
    survey_id, period_type, period_key, metric_id,
    {% for column in ['base_count', 'person_count', 'value', 'std_error', 'ci_low', 'ci_high'] -%}
    case when not is_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    {% for column in ['raked_value', 'raked_std_error', 'raked_ci_low', 'raked_ci_high'] -%}
    case when not is_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    case when not is_hidden then raked_effective_base end as effective_base,
    case when not is_hidden then base_count / raked_effective_base end as deff,
    case when not is_hidden then raked_value - value end as shift,
    is_converged, cycles, case
        when is_hidden then 'hidden_small'
        when base_count < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state,
    case
        when raked_value is null then 'not_measured'
        when is_hidden then 'hidden_small'
        when raked_effective_base < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as raked_state
from paired
