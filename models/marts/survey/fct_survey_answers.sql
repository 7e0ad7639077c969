-- one row per answer to a customer survey, without words; a measure is NULL where the answer is not in its denominator
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
{#- Ease is asked from 1 to 7 (CES 2.0); effort from 1 to 5, where low is good, is another question. -#}
{% set is_ease = "construct = 'effort' and lowest_code = 1 and highest_code = 7" %}
with responses as (
    select * from {{ ref('int_survey_responses') }}
    where subject = 'customer' and {{ touched_days('survey') }}
),

answers as (
    select
        responses.*,
        scores.item_code, scores.option, scores.construct, scores.scale, scores.dimension, scores.touchpoint,
        scores.module, scores.is_not_applicable, scores.lowest_code, scores.highest_code,
        -- Answers of tests stay, in no base.
        responses.is_counted and scores.is_answered as is_answered,
        case when responses.is_counted then scores.answer_code end as answer_code,
        case when responses.is_counted then scores.score end as score,
        case when responses.is_counted then scores.is_extreme end as is_extreme,
        case when responses.is_counted then scores.is_top1 end as is_top1,
        case when responses.is_counted then scores.is_top2 end as is_top2,
        case when responses.is_counted then scores.is_bottom2 end as is_bottom2,
        case when responses.is_counted then pairs.gap end as gap
    from responses
    inner join {{ ref('int_survey_scores') }} as scores on responses.response_id = scores.response_id
    left join {{ ref('int_expectation_pairs') }} as pairs
        on scores.response_id = pairs.response_id and scores.item_code = pairs.item_code
)

select
    response_id, item_code, option, date_day, survey_id, questionnaire_version, programme, wave_key, is_pooled,
    org_unit_id, channel, person_key, tier, segment, job_role, vendor, service_line, is_weight_given, design_weight,
    construct, scale, dimension, touchpoint, module, is_not_applicable, answer_code,
    {{ flag('is_top1', "construct = 'overall_satisfaction'") }} as overall_top1,
    {{ flag('is_top2', "construct = 'overall_satisfaction'") }} as overall_top2,
    {{ flag('is_bottom2', "construct = 'overall_satisfaction'") }} as overall_bottom2,
    cast(case
        when construct = 'overall_satisfaction'
            then case when is_top2 then 100 when is_bottom2 then -100 when not is_top2 then 0 end
    end as decimal(18, 6)) as overall_net,
    cast(case when construct = 'overall_satisfaction' then score end as decimal(18, 6)) as overall_score,
    cast(case when construct = 'overall_satisfaction' then answer_code end as decimal(18, 6)) as overall_code,
    {{ promoter_points() }} as promoter_points,
    {{ flag('answer_code >= 5', is_ease) }} as easy,
    cast(case when {{ is_ease }} then answer_code end as decimal(18, 6)) as ease_code,
    {{ flag('is_top1', "construct = 'loyalty'") }} as loyal,
    cast(case when construct in ('satisfaction', 'perception') then score end as decimal(18, 6)) as item_score,
    cast(case when construct = 'importance' then score end as decimal(18, 6)) as importance_score,
    gap as expectation_gap,
    {{ flag('gap >= 0') }} as met_expectation,
    {{ flag('is_not_applicable', 'is_answered') }} as not_applicable,
    {{ flag('is_extreme', 'is_answered') }} as extreme_answer
from answers
