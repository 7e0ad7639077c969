-- one row per invitation to a customer survey: what became of it, its unit, pool, wave and customer as of the day
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('invitation') }}"
) }}
with invitations as (
    select
        invitations.*,
        {{ local_date('invitations.sent_at') }} as date_day,
        surveys.programme,
        surveys.version as questionnaire_version,
        case when surveys.wave is not null then concat(surveys.programme, ':', surveys.wave) end as wave_key,
        -- Rule 19, as for responses.
        surveys.run_by = 'internal' and surveys.programme in ('post_contact', 'follow_up', 'relationship') as is_pooled,
        -- More than the cap in 30 days: the one that many places before is not yet 30 days old (B3).
        coalesce(
            lag(invitations.sent_at, {{ var('contact_cap_30d') }}) over (
                partition by invitations.customer_id order by invitations.sent_at, invitations.invitation_id
            ) > {{ dbt.dateadd('day', -30, 'invitations.sent_at') }},
            false
        ) as is_over_cap
    from {{ ref('stg_survey_invitations') }} as invitations
    inner join {{ ref('stg_surveys') }} as surveys
        on invitations.survey_id = surveys.survey_id and surveys.subject = 'customer'
),

touched as (
    select * from invitations where {{ touched_days('invitation') }}
),

responses as (
    select
        invitation_id,
        max(case when coalesce(status, 'complete') = 'complete' then 1 else 0 end) as is_complete,
        max(cast(weight as decimal(9, 4))) as design_weight
    from {{ ref('stg_survey_responses') }}
    where invitation_id is not null and not coalesce(is_test, false)
    group by invitation_id
),

-- What became of it (B1): the sender's word first, then the furthest that the customer went by stamp or response.
settled as (
    select
        touched.*,
        coalesce(touched.org_unit_id, contacts.org_unit_id, complaints.org_unit_id) as attributed_unit_id,
        responses.design_weight,
        responses.invitation_id is not null as has_response,
        coalesce(touched.disposition, case
            when responses.is_complete = 1 or touched.completed_at is not null then 'complete'
            when responses.is_complete = 0 or touched.started_at is not null then 'partial'
            when touched.opted_out_at is not null then 'refused'
            when touched.opened_at is not null then 'non_contact'
            when touched.bounced_at is null and touched.delivered_at is not null then 'non_contact'
            else 'unknown'
        end) as outcome
    from touched
    left join responses on touched.invitation_id = responses.invitation_id
    left join {{ ref('stg_contacts') }} as contacts on touched.contact_id = contacts.contact_id
    left join {{ ref('stg_complaints') }} as complaints on touched.complaint_id = complaints.complaint_id
),

staged as (
    select
        *,
        outcome in ('complete', 'partial') or started_at is not null or completed_at is not null as is_started
    from settled
),

reached as (
    select
        *,
        is_started or has_response or outcome = 'refused' or opened_at is not null or opted_out_at is not null
        or (bounced_at is null and delivered_at is not null) as is_delivered
    from staged
)

select
    reached.invitation_id, reached.date_day, reached.sent_at, reached.survey_id, reached.questionnaire_version,
    reached.programme, reached.wave_key, reached.is_pooled,
    reached.attributed_unit_id as org_unit_id,
    reached.channel,
    reached.customer_key as person_key,
    customers.tier, customers.segment,
    units.vendor_id as vendor,
    reached.outcome, reached.is_delivered,
    reached.is_started or reached.opened_at is not null as is_opened,
    reached.is_started,
    reached.bounced_at is not null and not reached.is_delivered as is_bounced,
    reached.opted_out_at is not null as is_opted_out,
    case when reached.customer_id is not null then reached.is_over_cap end as is_over_cap,
    reached.design_weight
from reached
left join {{ ref('int_customer_spells') }} as customers
    on reached.customer_id = customers.customer_id
    and reached.date_day >= customers.valid_from and reached.date_day < customers.valid_to
left join {{ ref('org_units') }} as units
    on reached.attributed_unit_id = units.org_unit_id
    and reached.date_day >= units.valid_from and (units.valid_to is null or reached.date_day < units.valid_to)
