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
    cast(case when is_counted then 1 end as smallint) as responses,
    cast(case
        when is_counted and status = 'complete' then {{ dbt.datediff('started_at', 'submitted_at', 'second') }}
    end as decimal(18, 6)) as completion_seconds
from responses
