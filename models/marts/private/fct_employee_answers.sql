-- one row per answer to a survey of employees; a measure is NULL where the answer is not in its denominator
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
with responses as (
    select * from {{ ref('int_survey_responses') }}
    where subject = 'employee' and {{ touched_days('survey') }}
),

answers as (
    select
        responses.*,
        scores.item_code, scores.option, scores.construct, scores.scale, scores.dimension, scores.touchpoint,
        scores.module, scores.is_not_applicable,
        -- Answers of tests stay, in no base.
        case when responses.is_counted then scores.answer_code end as answer_code,
        case when responses.is_counted then scores.score end as score,
        scores.is_top2 and responses.is_counted as is_top2
    from responses
    inner join {{ ref('int_survey_scores') }} as scores on responses.response_id = scores.response_id
)

select
    response_id, item_code, option, date_day, survey_id, questionnaire_version, programme, wave_key, is_pooled,
    org_unit_id, channel,
    -- Anonymous by rule 26: answers are counted where persons are not known.
    cast(null as {{ dbt.type_string() }}) as person_key,
    vendor, service_line, is_weight_given, design_weight, construct, scale, dimension, is_not_applicable, answer_code,
    {{ promoter_points() }} as promoter_points
from answers
