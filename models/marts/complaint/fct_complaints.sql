-- one row per complaint or other case; a measure is NULL where it is not in its denominator
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('complaint') }}"
) }}
with cases as (
    select
        *,
        {{ local_date('received_at') }} as date_day,
        coalesce(case_type, 'complaint') = 'complaint' as is_complaint
    from {{ ref('stg_complaints') }}
),

touched as (
    select * from cases where {{ touched_days('complaint') }}
),

judged as (
    select
        touched.*,
        outcomes.first_resolved_at, outcomes.resolved_at,
        coalesce(outcomes.is_withdrawn, false) as is_withdrawn,
        -- The state kept by a system counts only for a complaint of which no event is known.
        case
            when outcomes.complaint_id is null then coalesce(is_resolved, false)
            else outcomes.resolved_at is not null
        end as is_resolved_by_as_of,
        is_complaint and not coalesce(outcomes.is_withdrawn, false) and coalesce(in_scope, true) as is_in_base
    from touched
    left join {{ ref('int_complaint_outcomes') }} as outcomes on touched.complaint_id = outcomes.complaint_id
)

select
    judged.complaint_id, judged.date_day, judged.received_at, judged.org_unit_id, judged.channel, judged.category,
    judged.subcategory,
    coalesce(judged.case_type, 'complaint') as case_type,
    judged.severity, judged.touchpoint, judged.root_cause, judged.contact_id, judged.response_id,
    judged.customer_key as person_key,
    customers.tier, customers.segment,
    coalesce(judged.vendor_id, units.vendor_id) as vendor,
    coalesce(judged.service_line, units.service_line) as service_line,
    judged.in_scope, judged.upheld, judged.is_withdrawn, judged.first_resolved_at, judged.resolved_at,
    cast(case when is_complaint then 1 end as smallint) as complaints,
    cast(case when is_in_base and is_resolved_by_as_of then 1 when is_in_base then 0 end as smallint) as resolved
from judged
left join {{ ref('int_customer_spells') }} as customers
    on judged.customer_id = customers.customer_id
    and judged.date_day >= customers.valid_from and judged.date_day < customers.valid_to
left join {{ ref('org_units') }} as units
    on judged.org_unit_id = units.org_unit_id
    and judged.date_day >= units.valid_from and (units.valid_to is null or judged.date_day < units.valid_to)
