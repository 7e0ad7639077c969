-- one row per thing about the events of a complaint that was made good or is missing
with events as (
    select
        *,
        lag(event_type) over (partition by complaint_id, round_number order by event_number) as last_in_round,
        max(case when event_type = 'closed' then 1 else 0 end) over (
            partition by complaint_id, round_number
            order by event_number rows between unbounded preceding and 1 preceding
        ) as is_after_closing
    from {{ ref('int_complaint_events') }}
),

found as (
    select
        complaint_id, event_id, occurred_at,
        case
            when event_type = 'reopened' and not is_reopening then 'reopened_twice'
            when event_type = 'reopened' and last_turn is null then 'reopened_without_end'
            when event_type = 'customer_replied' and coalesce(last_wait, 'none') != 'waiting_customer'
                then 'replied_without_wait'
            when event_type = 'waiting_customer' and last_wait = 'waiting_customer' then 'waits_already'
            when event_type = 'waiting_customer' and not begins_wait then 'waits_after_end'
            when event_type = 'resolved' and last_turn = 'resolved' then 'resolved_twice'
            when event_type = 'closed' and last_turn = 'closed' then 'closed_twice'
            when
                is_after_closing = 1
                and event_type in (
                    'acknowledged', 'assigned', 'handover_accepted', 'plan_told', 'first_reply', 'promised',
                    'resolved'
                ) then 'after_closing'
        end as repair
    from events
),

outcomes as (
    select * from {{ ref('int_complaint_outcomes') }}
)

select complaint_id, event_id, repair, occurred_at from found where repair is not null
union all
select complaint_id, event_id, 'before_receipt', occurred_at from events where is_before_receipt
union all
select stated.complaint_id, stated.event_id, 'delivered_twice', stated.occurred_at
from {{ ref('stg_complaint_events') }} as stated
inner join {{ ref('stg_complaints') }} as complaints on stated.complaint_id = complaints.complaint_id
where stated.event_id not in (select event_id from events)
union all
select complaint_id, null, 'never_acknowledged', resolved_at from outcomes
where acknowledged_at is null and resolved_at is not null
union all
select complaint_id, null, 'never_replied_to', resolved_at from outcomes
where first_reply_at is null and resolved_at is not null
union all
select complaint_id, null, 'closed_without_resolved', closed_at from outcomes
where closed_at is not null and closed_at = resolved_at and complaint_id not in (
    select complaint_id from events where event_type = 'resolved'
)
