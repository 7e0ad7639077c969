-- one row per complaint or other case and stretch of time in which it was in one state
with events as (
    select * from {{ ref('int_complaint_events') }}
),

-- What had happened by each event: in the complaint, and of what ends a round in its round.
known as (
    select
        complaint_id, event_number, occurred_at,
        max(case when event_type = 'acknowledged' then 1 else 0 end) over so_far as acknowledged,
        max(case
            when event_type in (
                'assigned', 'handover_accepted', 'plan_told', 'first_reply', 'promised', 'alternative_offered',
                'customer_visit', 'waiting_customer', 'customer_replied', 'reopened'
            ) then 1 else 0
        end) over so_far as handled,
        sum(case
            when begins_wait then 1
            when event_type != 'waiting_customer' and last_wait = 'waiting_customer' then -1
            else 0
        end) over so_far as waiting,
        max(case when event_type = 'resolved' then 1 else 0 end) over so_far_in_round as resolved,
        max(case when event_type = 'closed' then 1 else 0 end) over so_far_in_round as closed,
        max(case when event_type = 'withdrawn' then 1 else 0 end) over so_far_in_round as withdrawn
    from events
    window
        so_far as (partition by complaint_id order by event_number rows unbounded preceding),
        so_far_in_round as (partition by complaint_id, round_number order by event_number rows unbounded preceding)
),

states as (
    select complaint_id, received_at as valid_from, 0 as event_number, 'received' as state
    from {{ ref('stg_complaints') }}
    union all
    select
        complaint_id, occurred_at, event_number,
        case
            when withdrawn = 1 then 'withdrawn'
            when closed = 1 then 'closed'
            when resolved = 1 then 'resolved'
            when waiting > 0 then 'waiting_customer'
            when handled = 1 then 'in_progress'
            when acknowledged = 1 then 'acknowledged'
            else 'received'
        end
    from known
),

changes as (
    select *
    from (
        select *, lag(state) over (partition by complaint_id order by event_number) as last_state
        from states
    ) as compared
    where last_state is null or state != last_state
)

select
    complaint_id,
    cast(row_number() over (partition by complaint_id order by event_number) as integer) as state_number,
    state, valid_from,
    lead(valid_from) over (partition by complaint_id order by event_number) as valid_to
from changes
