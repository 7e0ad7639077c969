-- one row per complaint or other case: what it may be cut by, as of the day of its receipt
with cases as (
    select *, {{ local_date('received_at') }} as date_day
    from {{ ref('stg_complaints') }}
)

select
    cases.complaint_id, cases.date_day, cases.received_at, cases.org_unit_id, cases.channel, cases.category,
    cases.subcategory,
    coalesce(cases.case_type, 'complaint') as case_type,
    coalesce(cases.case_type, 'complaint') = 'complaint' as is_complaint,
    cases.severity, cases.touchpoint, cases.root_cause, cases.contact_id, cases.response_id, cases.first_owner_id,
    cases.in_scope, cases.upheld, cases.is_resolved,
    cases.customer_key as person_key,
    customers.tier, customers.segment, customers.contact_permission,
    coalesce(cases.vendor_id, units.vendor_id) as vendor,
    coalesce(cases.service_line, units.service_line) as service_line
from cases
left join {{ ref('int_customer_spells') }} as customers
    on cases.customer_id = customers.customer_id
    and cases.date_day >= customers.valid_from and cases.date_day < customers.valid_to
left join {{ ref('org_units') }} as units
    on cases.org_unit_id = units.org_unit_id
    and cases.date_day >= units.valid_from and (units.valid_to is null or cases.date_day < units.valid_to)
