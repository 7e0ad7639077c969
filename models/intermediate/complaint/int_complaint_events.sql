-- one row per event of a complaint that counts: in order, each once, none before the receipt, with its round
with stated as (
    select
        events.complaint_id, events.event_id, events.event_type, events.employee_id, events.org_unit_id, events.outcome,
        events.escalated_to, events.promised_at, events.amount,
        events.occurred_at < complaints.received_at as is_before_receipt,
        greatest(events.occurred_at, complaints.received_at) as occurred_at,
        -- An export may deliver an event twice under two ids.
        row_number() over (
            partition by
                events.complaint_id, events.event_type, events.occurred_at, events.employee_id, events.org_unit_id,
                events.outcome, events.promised_at, events.amount, events.escalated_to
            order by events.event_id
        ) as delivery
    from {{ ref('stg_complaint_events') }} as events
    inner join {{ ref('stg_complaints') }} as complaints on events.complaint_id = complaints.complaint_id
),

-- Of events of one moment a reopening is the last: the case counts as open.
ordered as (
    select
        *,
        row_number() over (
            partition by complaint_id
            order by occurred_at, {{ complaint_event_rank() }}, event_id
        ) as event_number
    from stated
    where delivery = 1
),

-- Nobody waits for the customer of a complaint that has come to an end.
placed as (
    select
        *,
        coalesce(max(case when event_type in ('resolved', 'closed', 'withdrawn') then event_number end) over so_far, 0)
        > coalesce(max(case when event_type = 'reopened' then event_number end) over so_far, 0) as is_ended
    from ordered
    window so_far as (partition by complaint_id order by event_number rows unbounded preceding)
),

-- What ends a round or begins one, and what begins a wait for the customer or ends it, each after the last of its kind.
turns as (
    select
        complaint_id, event_number,
        lag(event_type) over (partition by complaint_id order by event_number) as last_turn
    from ordered
    where event_type in ('resolved', 'closed', 'withdrawn', 'reopened')
),

waits as (
    select
        complaint_id, event_number,
        lag(event_type) over (partition by complaint_id order by event_number) as last_wait
    from placed
    where
        event_type in ('customer_replied', 'resolved', 'closed', 'withdrawn')
        or event_type = 'waiting_customer' and not is_ended
),

-- A reopening that follows another without an end between them is the same one.
begun as (
    select
        placed.*, turns.last_turn, waits.last_wait,
        placed.event_type = 'reopened' and coalesce(turns.last_turn, 'none') != 'reopened' as is_reopening,
        placed.event_type = 'waiting_customer' and not placed.is_ended
        and coalesce(waits.last_wait, 'none') != 'waiting_customer' as begins_wait
    from placed
    left join turns on placed.complaint_id = turns.complaint_id and placed.event_number = turns.event_number
    left join waits on placed.complaint_id = waits.complaint_id and placed.event_number = waits.event_number
)

select
    complaint_id, event_id, event_type, event_number, occurred_at, employee_id, org_unit_id, outcome, escalated_to,
    promised_at, amount, is_before_receipt, last_turn, last_wait, is_reopening,
    begins_wait,
    sum(case when is_reopening then 1 else 0 end) over (
        partition by complaint_id order by event_number rows between unbounded preceding and current row
    ) as round_number
from begun
