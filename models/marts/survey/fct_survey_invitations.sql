-- one row per invitation to a customer survey; a measure is NULL where the invitation is not in its denominator
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('invitation') }}"
) }}
with invitations as (
    select * from {{ ref('int_survey_invitations') }}
    where {{ touched_days('invitation') }}
)

select
    invitation_id, date_day, sent_at, survey_id, questionnaire_version, programme, wave_key, is_pooled, org_unit_id,
    channel, person_key, tier, segment, vendor, outcome, is_opened, is_started, is_bounced, design_weight,
    -- Who may not be asked leaves every denominator but that of delivery (B1).
    cast(case when outcome != 'ineligible' then 1 end as smallint) as asked,
    cast(case when outcome not in ('ineligible', 'unknown') then 1 end as smallint) as known_eligible,
    cast(case outcome when 'ineligible' then null when 'complete' then 1 else 0 end as smallint) as completed,
    cast(case
        when outcome in ('complete', 'partial') then 1
        when outcome != 'ineligible' then 0
    end as smallint) as completed_or_partial,
    cast(case when is_delivered then 1 else 0 end as smallint) as delivered,
    cast(case when is_delivered and is_opted_out then 1 when is_delivered then 0 end as smallint) as opted_out,
    cast(case when is_over_cap then 1 when not is_over_cap then 0 end as smallint) as over_contact,
    cast(case
        when outcome = 'complete' then 0
        when is_started and outcome != 'ineligible' then 1
    end as smallint) as dropped
from invitations
