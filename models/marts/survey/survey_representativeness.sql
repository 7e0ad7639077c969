-- one row per survey, quarter or wave, margin and category: who answered beside the base that they stand for
{% set same = 'partition by margins.survey_id, margins.period_type, margins.period_key, margins.margin' -%}
with weighted as (
    {% for margin in ['tier', 'site', 'channel'] %}
    select
        survey_id, period_type, period_key, '{{ margin }}' as margin, {{ margin }} as category,
        sum(respondents * weight) as weight_sum
    from {{ ref('int_raking_weights') }}
    group by survey_id, period_type, period_key, {{ margin }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

compared as (
    select
        margins.*,
        {{ double('weighted.weight_sum') }}
        / nullif({{ double('sum(weighted.weight_sum) over (' ~ same ~ ')') }}, 0) as raked_share,
        {{ double('sum(margins.respondents) over (' ~ same ~ ')') }} as n
    from {{ ref('int_raking_margins') }} as margins
    left join weighted
        on margins.survey_id = weighted.survey_id
        and margins.period_type = weighted.period_type and margins.period_key = weighted.period_key
        and margins.margin = weighted.margin and margins.category = weighted.category
),

limits as (
    select
        *,
        {{ wilson('low', 'respondent_share', 'n') }} as low,
        {{ wilson('high', 'respondent_share', 'n') }} as high
    from compared
)

select
    limits.survey_id, limits.period_type, limits.period_key, limits.margin, limits.category, limits.raked_as,
    limits.respondents, limits.base_count,
    100 * limits.respondent_share as respondent_share,
    100 * limits.low as respondent_share_low,
    100 * limits.high as respondent_share_high,
    100 * limits.base_share as base_share,
    100 * limits.target_share as target_share,
    100 * limits.raked_share as raked_share,
    -- Said only where the interval leaves the share of the base out.
    case
        when limits.base_count = 0 or limits.base_share is null then 'not_in_base'
        when limits.low > limits.base_share then 'over'
        when limits.high < limits.base_share then 'under'
        else 'no_clear_difference'
    end as representation,
    effects.is_converged, effects.cycles, effects.deff
from limits
left join {{ ref('int_raking_effects') }} as effects
    on limits.survey_id = effects.survey_id
    and limits.period_type = effects.period_type and limits.period_key = effects.period_key
