-- one row per complaint or other case: what it may be cut by, as of the day of its receipt
with cases as (
    select *, {{ local_date('received_at') }} as date_day
    from {{ ref('stg_complaints') }}
),

events as (
    select distinct complaint_id from {{ ref('stg_complaint_events') }}
),

timed_units as (
    select distinct cases.org_unit_id
    from cases
    inner join events on cases.complaint_id = events.complaint_id
)

select
    cases.complaint_id, cases.date_day, cases.received_at, cases.org_unit_id, cases.channel, cases.category,
    cases.subcategory,
    coalesce(cases.case_type, 'complaint') as case_type,
    coalesce(cases.case_type, 'complaint') = 'complaint' as is_complaint,
    cases.severity, cases.touchpoint, cases.root_cause, cases.contact_id, cases.response_id, cases.first_owner_id,
    cases.in_scope, cases.upheld, cases.is_resolved,
    -- Of a system that keeps a state and no events nobody knows how long anything took. An open complaint is new, not
    -- without times, where others of its unit have events.
    case
        when events.complaint_id is not null or cases.is_resolved is null then true
        when cases.is_resolved then false
        else timed_units.org_unit_id is not null
    end as has_times,
    cases.customer_key as person_key,
    customers.tier, customers.segment, cases.customer_id,
    coalesce(cases.vendor_id, units.vendor_id) as vendor,
    coalesce(cases.service_line, units.service_line) as service_line
from cases
left join events on cases.complaint_id = events.complaint_id
left join timed_units on cases.org_unit_id = timed_units.org_unit_id
left join {{ ref('int_customer_spells') }} as customers
    on cases.customer_id = customers.customer_id
    and cases.date_day >= customers.valid_from and cases.date_day < customers.valid_to
left join {{ ref('org_units') }} as units
    on cases.org_unit_id = units.org_unit_id
    and cases.date_day >= units.valid_from and (units.valid_to is null or cases.date_day < units.valid_to)
