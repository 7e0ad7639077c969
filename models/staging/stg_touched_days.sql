{# Read by every incremental model of the night, and by whoever asks what the night did again. #}
{{ config(materialized="table") }}

-- one row per fact and local day that the rows loaded, or come to be known, since the last build touch
with last_build as (
    select
        coalesce(max(load_number), -1) as load_number,
        coalesce(max(as_of), cast('1900-01-01' as date)) as as_of,
        coalesce(max(as_of_end), cast('1900-01-01' as timestamp)) as as_of_end
    from intermediate.build_log
),

-- What many events look up: a change in it touches every day.
looked_up as (
    {% for entity in ['org_units', 'employees', 'customers'] -%}
        select 'all' as fact from {{ source('raw', entity) }} where {{ is_news(entity) }}
        union all
    {% endfor -%}
    {% for entity in ['surveys', 'survey_items'] -%}
        select 'survey' as fact from {{ source('raw', entity) }} where {{ is_news(entity) }}
        union all
    {% endfor -%}
    select 'all' as fact from last_build where as_of > {{ as_of() }}
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
    select 'contact' as fact, {{ local_date('started_at') }} as date_day, contact_id in (select contact_id from new_contacts) as is_new
    from {{ source('raw', 'contacts') }}
    union all
    select 'complaint', {{ local_date('received_at') }}, complaint_id in (select complaint_id from new_complaints)
    from {{ source('raw', 'complaints') }}
    union all
    select 'survey', {{ local_date('submitted_at') }}, response_id in (select response_id from new_responses)
    from {{ source('raw', 'survey_responses') }}
)

select distinct fact, date_day
from events
where is_new or fact in (select fact from looked_up) or 'all' in (select fact from looked_up)
