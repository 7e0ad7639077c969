-- one row per survey, construct and group of questions: Cronbach's alpha of those who answered them all (A19)
{% set group = 'survey_id, construct, grouping, item_group, item_count, base_count, person_count' %}
with added as (
    select
        {{ group }},
        -- Rounded to the digits of the sums, so that questions add up in any order.
        {{ double('sum(cast(variance as decimal(38, 12)))') }} as item_variances,
        max(total_variance) as total_variance
    from {{ ref('int_item_group_sums') }}
    group by {{ group }}
),

alphas as (
    select
        *,
        {{ is_small_group('person_count', "'customer_survey'") }} as is_hidden,
        {{ double('item_count') }} / (item_count - 1) * (1 - item_variances / nullif(total_variance, 0)) as alpha,
        -- Bonett's (2002) standard error of ln(1 - alpha).
        case
            when base_count > 2
                then sqrt(2 * {{ double('item_count') }} / ((item_count - 1) * {{ double('base_count - 2') }}))
        end as log_error
    from added
)

select
    alphas.survey_id, surveys.programme,
    surveys.version as questionnaire_version,
    alphas.construct, alphas.grouping, alphas.item_group, alphas.item_count,
    case when not is_hidden then alphas.base_count end as base_count,
    case when not is_hidden then alphas.alpha end as alpha,
    case when not is_hidden then 1 - (1 - alphas.alpha) * exp({{ z() }} * alphas.log_error) end as ci_low,
    case when not is_hidden then 1 - (1 - alphas.alpha) * exp(-{{ z() }} * alphas.log_error) end as ci_high,
    case
        when alphas.base_count = 0 then 'not_measured'
        when alphas.is_hidden then 'hidden_small'
        when alphas.base_count < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from alphas
inner join {{ ref('stg_surveys') }} as surveys on alphas.survey_id = surveys.survey_id
