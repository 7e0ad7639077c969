-- one row per handled contact that was inspected, on the day of the contact, so that it is one of those handled on it
select
    contacts.contact_id, contacts.date_day, contacts.org_unit_id, contacts.channel, contacts.queue, contacts.vendor,
    contacts.handled as inspected
from {{ ref('fct_contacts') }} as contacts
where
    contacts.handled = 1
    and contacts.contact_id in (
        select contact_id from {{ ref('stg_inspections') }} where contact_id is not null
    )
