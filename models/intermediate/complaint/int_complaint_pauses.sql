-- one row per complaint and time that it waited for the customer, up to as_of, with the open seconds counted by then
with turns as (
    select
        complaint_id, event_type, occurred_at as started_at,
        lead(occurred_at) over (partition by complaint_id order by event_number) as ended_at
    from {{ ref('int_complaint_events') }}
    where
        -- Who is waited for already is not waited for anew.
        begins_wait or event_type in ('customer_replied', 'resolved', 'closed', 'withdrawn')
),

pauses as (
    select
        turns.complaint_id, turns.started_at, complaints.org_unit_id,
        coalesce(turns.ended_at, {{ as_of_end() }}) as ended_at
    from turns
    inner join {{ ref('stg_complaints') }} as complaints on turns.complaint_id = complaints.complaint_id
    where turns.event_type = 'waiting_customer'
),

starts as (
    select complaint_id, started_at, org_unit_id, started_at as occurred_at from pauses
),

ends as (
    select complaint_id, started_at, org_unit_id, {{ last_covered('ended_at') }} as occurred_at from pauses
),

started as (
    {{ open_seconds('starts') }}
),

ended as (
    {{ open_seconds('ends') }}
)

select
    pauses.complaint_id, pauses.started_at, pauses.ended_at,
    started.open_seconds as started_seconds,
    ended.open_seconds as ended_seconds
from pauses
inner join started on pauses.complaint_id = started.complaint_id and pauses.started_at = started.started_at
inner join ended on pauses.complaint_id = ended.complaint_id and pauses.started_at = ended.started_at
