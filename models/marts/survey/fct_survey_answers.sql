-- one row per answer to a customer survey, without words; a measure is NULL where the answer is not in its denominator
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
with responses as (
    select * from {{ ref('int_survey_responses') }}
    where subject = 'customer' and {{ touched_days('survey') }}
),

answers as (
    select
        responses.*,
        scores.item_code,
        scores.option,
        scores.construct,
        scores.scale,
        scores.dimension,
        scores.touchpoint,
        scores.module,
        scores.is_not_applicable,
        -- Answers of tests stay, in no base.
        case when responses.is_counted then scores.answer_code end as answer_code,
        case when responses.is_counted then scores.score end as score,
        scores.is_top2 and responses.is_counted as is_top2
    from responses
    inner join {{ ref('int_survey_scores') }} as scores on responses.response_id = scores.response_id
)

select
    response_id,
    item_code,
    option,
    date_day,
    survey_id,
    questionnaire_version,
    programme,
    wave_key,
    is_pooled,
    org_unit_id,
    channel,
    person_key,
    tier,
    segment,
    job_role,
    vendor,
    service_line,
    is_weight_given,
    design_weight,
    construct,
    scale,
    dimension,
    touchpoint,
    module,
    is_not_applicable,
    answer_code,
    cast(case
        when construct = 'overall_satisfaction' and score is not null and is_top2 then 1
        when construct = 'overall_satisfaction' and score is not null and not is_top2 then 0
    end as smallint) as overall_top2,
    cast(case when construct = 'overall_satisfaction' then score end as decimal(18, 6)) as overall_score,
    cast(case when construct = 'overall_satisfaction' then answer_code end as decimal(18, 6)) as overall_code,
    {{ promoter_points() }} as promoter_points,
    cast(case when construct in ('satisfaction', 'perception') then score end as decimal(18, 6)) as item_score
from answers
