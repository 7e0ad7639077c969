-- one row per survey and quarter or wave that could be raked: how it went, and what unequal weights cost
select
    survey_id,
    period_type,
    period_key,
    cast(sum(respondents) as bigint) as respondents,
    -- Kish (B6).
    {{ double('sum(respondents)') }} * {{ double('sum(respondents * cast(weight * weight as decimal(18, 12)))') }}
    / power({{ double('sum(respondents * weight)') }}, 2) as deff,
    min(case when converged then 1 else 0 end) = 1 as is_converged,
    max(cycles) as cycles,
    max(max_error) as max_error
from {{ ref('int_raking_weights') }}
group by survey_id, period_type, period_key
