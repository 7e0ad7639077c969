-- one row per complaint and stretch of local days in which it was open; a reopened one is open again
with events as (
    select complaint_id, round_number, event_type, occurred_at, is_reopening from {{ ref('int_complaint_events') }}
    union all
    -- The first round begins with the receipt, whatever the first event says.
    select complaint_id, 0, 'received', received_at, false
    from {{ ref('int_complaint_cases') }}
    where has_times
),

rounds as (
    select
        complaint_id, round_number,
        min(case when is_reopening then occurred_at end) as reopened_at,
        -- Resolved once more it is no more resolved than before, as in complaint_states.
        min(case when event_type in ('resolved', 'closed', 'withdrawn') then occurred_at end) as ended_at,
        lead(min(case when is_reopening then occurred_at end)) over (
            partition by complaint_id order by round_number
        ) as next_reopened_at
    from events
    group by complaint_id, round_number
)

select
    cases.complaint_id, cases.org_unit_id, rounds.round_number,
    cases.date_day as received_on,
    case when rounds.round_number > 0 then {{ local_date('rounds.reopened_at') }} else cases.date_day end as opened_on,
    -- The day on which it is not open any more at midnight; empty while it is open.
    {{ local_date('coalesce(rounds.ended_at, rounds.next_reopened_at)') }} as ended_on
from {{ ref('int_complaint_cases') }} as cases
inner join rounds on cases.complaint_id = rounds.complaint_id
where cases.is_complaint
