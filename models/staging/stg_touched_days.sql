-- one row per fact that is built day by day and local day touched by rows that came, or came to be known, since the
-- last build
{{ config(materialized='table') }}
with last_build as (
    select
        coalesce(max(load_number), -1) as load_number,
        coalesce(max(as_of), cast('1900-01-01' as date)) as as_of,
        coalesce(max(as_of_end), cast('1900-01-01' as timestamp)) as as_of_end
    from intermediate.build_log
),

-- From an extract on, those are gone whom it does not list.
next_extract as (
    select min(extracted_on) as next_on from {{ source('raw', 'employees') }} where {{ is_new_version() }}
),

new_contacts as (
    select distinct contact_id from {{ source('raw', 'contacts') }} where {{ is_news('contacts') }}
),

new_complaints as (
    select distinct complaint_id from {{ source('raw', 'complaints') }} where {{ is_news('complaints') }}
),

new_responses as (
    select response_id
    from {{ source('raw', 'survey_responses') }} where {{ is_news('survey_responses') }}
    union
    select response_id
    from {{ source('raw', 'survey_answers') }} where {{ is_news('survey_answers') }}
    union
    select response_id
    from {{ source('raw', 'survey_responses') }}
    where
        contact_id in (select contact_id from new_contacts)
        or complaint_id in (select complaint_id from new_complaints)
),

-- Invitations, and those whose fate a response tells.
new_invitations as (
    select invitation_id
    from {{ source('raw', 'survey_invitations') }} where {{ is_news('survey_invitations') }}
    union
    select invitation_id
    from {{ source('raw', 'survey_responses') }}
    where response_id in (
        select response_id from {{ source('raw', 'survey_responses') }} where {{ is_news('survey_responses') }}
    )
),

invitations as (
    select
        invitation_id, sent_at, customer_id,
        invitation_id in (select invitation_id from new_invitations where invitation_id is not null)
        or contact_id in (select contact_id from new_contacts)
        or complaint_id in (select complaint_id from new_complaints) as is_new
    from {{ source('raw', 'survey_invitations') }}
),

-- Every version of a touched key counts: a correction may have moved it from one day to another.
events as (
    select
        'contact' as fact, {{ local_date('started_at') }} as date_day, customer_id, employee_id,
        contact_id in (select contact_id from new_contacts) as is_new
    from {{ source('raw', 'contacts') }}
    union all
    select
        'survey', {{ local_date('submitted_at') }}, customer_id, employee_id,
        response_id in (select response_id from new_responses)
    from {{ source('raw', 'survey_responses') }}
    union all
    select 'invitation', {{ local_date('sent_at') }}, customer_id, null, is_new from invitations
    union all
    -- The cap counts the 30 days before each, so a new one touches those after it.
    select 'invitation', {{ local_date('later.sent_at') }}, null, null, true
    from invitations as later
    inner join invitations as new_ones
        on new_ones.is_new and later.customer_id = new_ones.customer_id
        and later.sent_at >= new_ones.sent_at
        and later.sent_at < {{ dbt.dateadd('day', 30, 'new_ones.sent_at') }}
)

select distinct
    events.fact, events.date_day
from events
left join {{ ref('stg_touched_people') }} as customers
    on customers.kind = 'customer' and events.customer_id = customers.person_id
left join {{ ref('stg_touched_people') }} as employees
    on employees.kind = 'employee' and events.employee_id = employees.person_id
where
    events.is_new
    or events.date_day >= customers.touched_from
    or events.date_day >= employees.touched_from
    or (events.employee_id is not null and events.date_day >= (select next_on from next_extract))
    or events.fact in (select fact from {{ ref('stg_touched_lookups') }})
    or 'all' in (select fact from {{ ref('stg_touched_lookups') }})
