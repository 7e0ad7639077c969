-- one row per complaint with events: its stamps and how it stands at as_of
{% set stamps = {
    'acknowledged_at': 'acknowledged', 'first_reply_at': 'first_reply', 'plan_told_at': 'plan_told',
    'result_told_at': 'result_told', 'withdrawn_at': 'withdrawn',
} -%}
with events as (
    select
        *,
        row_number() over (
            partition by complaint_id
            order by case when event_type = 'promised' and promised_at is not null then 0 else 1 end, event_number
        ) as promise_number,
        dense_rank() over (partition by complaint_id order by round_number desc) as rounds_ago
    from {{ ref('int_complaint_events') }}
),

rounds as (
    select
        complaint_id, round_number,
        max(rounds_ago) as rounds_ago,
        min(case when event_type = 'resolved' then occurred_at end) as first_resolved_event_at,
        max(case when event_type = 'resolved' then occurred_at end) as last_resolved_event_at,
        min(case when event_type = 'closed' then occurred_at end) as first_closed_at,
        max(case when event_type = 'closed' then occurred_at end) as last_closed_at
    from events
    group by complaint_id, round_number
),

standing as (
    select
        complaint_id,
        -- A closing is the resolution of its round only where no resolution stands in it (rule 22).
        min(coalesce(first_resolved_event_at, first_closed_at)) as first_resolved_at,
        max(case when rounds_ago = 1 then coalesce(last_resolved_event_at, last_closed_at) end) as resolved_at,
        max(case when rounds_ago = 1 then last_closed_at end) as closed_at,
        max(round_number) as reopened_count
    from rounds
    group by complaint_id
),

stamped as (
    select
        complaint_id,
        {% for column, event_type in stamps.items() -%}
        min(case when event_type = '{{ event_type }}' then occurred_at end) as {{ column }},
        {% endfor -%}
        min(case when promise_number = 1 and event_type = 'promised' then promised_at end) as first_promised_at,
        count(case when event_type = 'first_reply' then 1 end) as replies,
        max(case when event_type = 'escalated' then 1 else 0 end) = 1 as is_escalated,
        max(case when event_type = 'compensated' then 1 else 0 end) = 1 as is_compensated,
        sum(case when event_type = 'compensated' then amount end) as compensation
    from events
    group by complaint_id
)

select
    standing.complaint_id, standing.first_resolved_at, standing.resolved_at, standing.closed_at,
    standing.reopened_count,
    stamped.withdrawn_at is not null as is_withdrawn,
    {% for column in stamps -%}
    stamped.{{ column }},
    {% endfor -%}
    stamped.first_promised_at, stamped.replies, stamped.is_escalated, stamped.is_compensated, stamped.compensation
from standing
inner join stamped on standing.complaint_id = stamped.complaint_id
