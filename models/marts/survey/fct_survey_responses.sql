-- one row per response to a customer survey
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
with responses as (
    select * from {{ ref('int_survey_responses') }}
    where subject = 'customer' and {{ touched_days('survey') }}
)

select
    response_id,
    date_day,
    submitted_at,
    survey_id,
    questionnaire_version,
    programme,
    wave_key,
    is_pooled,
    org_unit_id,
    channel,
    language,
    status,
    contact_id,
    complaint_id,
    person_key,
    tier,
    segment,
    job_role,
    vendor,
    service_line,
    is_counted,
    is_weight_given,
    design_weight,
    cast(case when is_counted then 1 end as smallint) as responses
from responses
