-- one row per response, of customers or employees, with its unit, pool, wave and customer as of the day
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
with responses as (
    select
        responses.*,
        {{ local_date('responses.submitted_at') }} as date_day,
        surveys.programme, surveys.subject,
        surveys.version as questionnaire_version,
        case when surveys.wave is not null then concat(surveys.programme, ':', surveys.wave) end as wave_key,
        -- Rule 19: what is pooled over programmes; the others stand apart under their programme and in waves.
        surveys.subject = 'employee' or (
            surveys.run_by = 'internal' and surveys.programme in ('post_contact', 'follow_up', 'relationship')
        ) as is_pooled
    from {{ ref('stg_survey_responses') }} as responses
    inner join {{ ref('stg_surveys') }} as surveys on responses.survey_id = surveys.survey_id
),

touched as (
    select * from responses where {{ touched_days('survey') }}
),

attributed as (
    select
        touched.*,
        employees.job_role,
        coalesce(
            touched.org_unit_id, contacts.org_unit_id, complaints.org_unit_id, employees.org_unit_id
        ) as attributed_unit_id
    from touched
    left join {{ ref('stg_contacts') }} as contacts on touched.contact_id = contacts.contact_id
    left join {{ ref('stg_complaints') }} as complaints on touched.complaint_id = complaints.complaint_id
    left join {{ ref('int_employee_spells') }} as employees
        on touched.employee_id = employees.employee_id
        and touched.date_day >= employees.valid_from
        and (employees.valid_to is null or touched.date_day < employees.valid_to)
)

select
    attributed.response_id, attributed.date_day, attributed.submitted_at, attributed.started_at, attributed.survey_id,
    attributed.questionnaire_version, attributed.programme, attributed.subject, attributed.wave_key,
    attributed.is_pooled,
    attributed.attributed_unit_id as org_unit_id,
    attributed.channel, attributed.language,
    coalesce(attributed.status, 'complete') as status,
    attributed.contact_id, attributed.complaint_id,
    attributed.customer_key as person_key,
    customers.tier, customers.segment, attributed.job_role,
    units.vendor_id as vendor,
    units.service_line,
    not coalesce(attributed.is_test, false) as is_counted,
    attributed.weight is not null as is_weight_given,
    cast(coalesce(attributed.weight, 1) as decimal(9, 4)) as design_weight
from attributed
left join {{ ref('int_customer_spells') }} as customers
    on attributed.customer_id = customers.customer_id
    and attributed.date_day >= customers.valid_from and attributed.date_day < customers.valid_to
left join {{ ref('org_units') }} as units
    on attributed.attributed_unit_id = units.org_unit_id
    and attributed.date_day >= units.valid_from and (units.valid_to is null or attributed.date_day < units.valid_to)
