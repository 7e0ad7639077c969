-- one row per contact; a measure is NULL where the contact is not in its denominator
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('contact') }}"
) }}
with contacts as (
    select
        *,
        {{ local_date('started_at') }} as date_day,
        coalesce(direction, 'inbound') = 'inbound'
        and outcome in ('answered', 'abandoned', 'callback_requested', 'flowed_out') as is_offered
    from {{ ref('stg_contacts') }}
),

touched as (
    select * from contacts where {{ touched_days('contact') }}
),

judged as (
    select
        touched.*,
        coalesce(own.seconds, general.seconds, {{ var('service_level').seconds }}) as in_time_seconds,
        coalesce(
            own.short_abandon_seconds, general.short_abandon_seconds, {{ var('service_level').short_abandon_seconds }}
        ) as short_abandon_seconds,
        is_offered and outcome = 'answered' as is_answered,
        is_offered and outcome = 'abandoned' as is_abandoned,
        is_offered and outcome in ('answered', 'abandoned')
        and touched.channel in ('voice', 'chat') and queue_seconds is not null as is_queued
    from touched
    left join {{ ref('int_service_levels') }} as own
        on touched.channel = own.channel and coalesce(touched.queue, 'unknown') = own.queue
        and touched.date_day >= own.valid_from and touched.date_day < own.valid_to
    left join {{ ref('int_service_levels') }} as general
        on touched.channel = general.channel and general.queue = 'all'
        and touched.date_day >= general.valid_from and touched.date_day < general.valid_to
)

select
    judged.contact_id, judged.date_day, judged.started_at, judged.org_unit_id, judged.channel, judged.direction,
    judged.queue, judged.outcome, judged.issue_code,
    judged.customer_key as person_key,
    customers.tier, customers.segment, employees.job_role,
    units.vendor_id as vendor,
    units.service_line,
    cast(case when is_offered then 1 end as smallint) as offered,
    cast(case when is_answered then 1 when is_offered then 0 end as smallint) as answered,
    cast(case when is_answered then 1 end as smallint) as handled,
    cast(case when is_abandoned then 1 when is_offered then 0 end as smallint) as abandoned,
    cast(case
        when is_abandoned and queue_seconds <= short_abandon_seconds then null
        when is_abandoned then 1
        when is_offered then 0
    end as smallint) as abandoned_after_threshold,
    cast(case
        when is_queued and is_answered and queue_seconds <= in_time_seconds then 1
        when is_queued then 0
    end as smallint) as in_time_of_queued,
    cast(case
        when is_queued and is_answered and queue_seconds <= in_time_seconds then 1
        when is_queued and (is_answered or queue_seconds > in_time_seconds) then 0
    end as smallint) as in_time_of_waiting,
    cast(case when is_queued and is_answered then queue_seconds end as decimal(18, 6)) as answer_seconds,
    cast(case
        when is_answered then talk_seconds + coalesce(hold_seconds, 0) + coalesce(after_contact_seconds, 0)
    end as decimal(18, 6)) as handle_seconds,
    cast(case when is_answered then talk_seconds end as decimal(18, 6)) as talk_seconds,
    cast(case when is_answered then hold_seconds end as decimal(18, 6)) as hold_seconds,
    cast(case when is_answered then after_contact_seconds end as decimal(18, 6)) as after_contact_seconds
from judged
left join {{ ref('int_customer_spells') }} as customers
    on judged.customer_id = customers.customer_id
    and judged.date_day >= customers.valid_from and judged.date_day < customers.valid_to
left join {{ ref('int_employee_spells') }} as employees
    on judged.employee_id = employees.employee_id
    and judged.date_day >= employees.valid_from
    and (employees.valid_to is null or judged.date_day < employees.valid_to)
left join {{ ref('org_units') }} as units
    on judged.org_unit_id = units.org_unit_id
    and judged.date_day >= units.valid_from and (units.valid_to is null or judged.date_day < units.valid_to)
