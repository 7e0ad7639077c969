-- one row per response to a customer survey
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
with responses as (
    select * from {{ ref('int_survey_responses') }}
    where subject = 'customer' and {{ touched_days('survey') }}
),

scores as (
    select * from {{ ref('int_survey_response_scores') }}
    where {{ touched_days('survey') }}
)

select
    responses.response_id, responses.date_day, responses.submitted_at, responses.survey_id,
    responses.questionnaire_version, responses.programme, responses.wave_key, responses.is_pooled,
    responses.org_unit_id, responses.channel, responses.language, responses.status, responses.contact_id,
    responses.complaint_id, responses.person_key, responses.tier, responses.segment, responses.job_role,
    responses.vendor, responses.service_line, responses.is_counted, responses.is_weight_given,
    responses.design_weight,
    cast(case when responses.is_counted then 1 end as smallint) as responses,
    scores.csi_weighted, scores.csi_modules_weighted, scores.csi_touchpoints_weighted, scores.csi_items_equal,
    scores.csi_modules_equal, scores.acsi_index,
    -- Who answered nothing left no comment either.
    cast(case when responses.is_counted then coalesce(scores.commented, 0) end as smallint) as commented,
    scores.straight_line,
    cast(case
        when responses.is_counted and responses.status = 'complete'
            then {{ dbt.datediff('responses.started_at', 'responses.submitted_at', 'second') }}
    end as decimal(18, 6)) as completion_seconds
from responses
left join scores on responses.response_id = scores.response_id
