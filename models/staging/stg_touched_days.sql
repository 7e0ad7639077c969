-- one row per fact and local day that the rows loaded, or come to be known, since the last build touch
{{ config(materialized='table') }}
with last_build as (
    select
        coalesce(max(load_number), -1) as load_number,
        coalesce(max(as_of), cast('1900-01-01' as date)) as as_of,
        coalesce(max(as_of_end), cast('1900-01-01' as timestamp)) as as_of_end
    from intermediate.build_log
),

last_extract as (
    select max(extracted_on) as last_on from {{ source('raw', 'employees') }} where not {{ is_new_version() }}
),

-- What many events look up: a change in it touches every day of theirs.
looked_up as (
    select 'all' as fact from {{ source('raw', 'org_units') }} where {{ is_news('org_units') }}
    union all
    select 'survey' as fact from {{ source('raw', 'surveys') }} where {{ is_news('surveys') }}
    union all
    select 'survey' as fact from {{ source('raw', 'survey_items') }} where {{ is_news('survey_items') }}
    union all
    select 'all' as fact from last_build where as_of > {{ as_of() }}
    union all
    -- An extract between others, or a corrected one, may turn a leaving into a stay.
    select 'all' as fact from {{ source('raw', 'employees') }}
    where {{ is_new_version() }} and extracted_on < (select last_on from last_extract)
),

-- From an extract on, those are gone whom it does not list.
next_extract as (
    select min(extracted_on) as next_on from {{ source('raw', 'employees') }} where {{ is_new_version() }}
),

-- What an extract says of somebody holds from its day on, a leaving from its own; the first says it of the time before.
employees as (
    select
        employee_id,
        least(
            case when min(listed_on) = min(extracted_on) then cast('1900-01-01' as date) else min(listed_on) end,
            min(left_on),
            -- Missing from the extracts since, and now said to have stayed.
            max(case when listed_on is null then extracted_on end)
        ) as touched_from
    from (
        select
            *,
            case when {{ is_news('employees', stamps=['extracted_on', 'hired_on']) }} then extracted_on end
                as listed_on,
            {{ is_news('employees', stamps=['left_on']) }} as is_leaving
        from {{ source('raw', 'employees') }}
    ) as listed
    group by employee_id
    having min(listed_on) is not null or max(case when is_leaving then 1 end) = 1
),

customers as (
    select
        customer_id,
        case when min(news_on) = min(listed_on) then cast('1900-01-01' as date) else min(news_on) end as touched_from
    from (
        select customer_id, listed_on, case when is_news then listed_on end as news_on
        from (
            select
                customer_id,
                coalesce(extracted_on, cast('1900-01-01' as date)) as listed_on,
                {{ is_news('customers', stamps=['extracted_on']) }} as is_news
            from {{ source('raw', 'customers') }}
        ) as marked
    ) as listed
    group by customer_id
    having min(news_on) is not null
),

new_contacts as (
    select distinct contact_id from {{ source('raw', 'contacts') }} where {{ is_news('contacts') }}
),

new_complaints as (
    select complaint_id from {{ source('raw', 'complaints') }} where {{ is_news('complaints') }}
    union
    select complaint_id
    from {{ source('raw', 'complaint_events') }} where {{ is_news('complaint_events') }}
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

-- Every version of a touched key counts: a correction may have moved it from one day to another.
events as (
    select
        'contact' as fact, {{ local_date('started_at') }} as date_day, customer_id, employee_id,
        contact_id in (select contact_id from new_contacts) as is_new
    from {{ source('raw', 'contacts') }}
    union all
    select
        'complaint', {{ local_date('received_at') }}, customer_id, null,
        complaint_id in (select complaint_id from new_complaints)
    from {{ source('raw', 'complaints') }}
    union all
    select
        'survey', {{ local_date('submitted_at') }}, customer_id, employee_id,
        response_id in (select response_id from new_responses)
    from {{ source('raw', 'survey_responses') }}
)

select distinct
    events.fact,
    events.date_day
from events
left join customers on events.customer_id = customers.customer_id
left join employees on events.employee_id = employees.employee_id
where
    events.is_new
    or events.date_day >= customers.touched_from
    or events.date_day >= employees.touched_from
    or (events.employee_id is not null and events.date_day >= (select next_on from next_extract))
    or events.fact in (select fact from looked_up)
    or 'all' in (select fact from looked_up)
