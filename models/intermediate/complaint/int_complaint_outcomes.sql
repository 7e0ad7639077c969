-- one row per complaint with events: how it stands at as_of
with events as (
    select
        complaint_id, event_type, occurred_at,
        -- A reopening begins a new round. Of events of one moment it is the last: the case counts as open.
        sum(case when event_type = 'reopened' then 1 else 0 end) over (
            partition by complaint_id
            order by occurred_at, case when event_type = 'reopened' then 1 else 0 end
            rows between unbounded preceding and current row
        ) as round_number
    from {{ ref('stg_complaint_events') }}
),

rounds as (
    select
        complaint_id, round_number,
        row_number() over (partition by complaint_id order by round_number desc) as rounds_ago,
        min(case when event_type = 'resolved' then occurred_at end) as first_resolved_event_at,
        max(case when event_type = 'resolved' then occurred_at end) as last_resolved_event_at,
        min(case when event_type = 'closed' then occurred_at end) as first_closed_at,
        max(case when event_type = 'closed' then occurred_at end) as last_closed_at,
        max(case when event_type = 'withdrawn' then 1 else 0 end) as withdrawn
    from events
    group by complaint_id, round_number
)

select
    complaint_id,
    -- A closing is the resolution of its round only where no resolution stands in it (rule 22).
    min(coalesce(first_resolved_event_at, first_closed_at)) as first_resolved_at,
    max(case when rounds_ago = 1 then coalesce(last_resolved_event_at, last_closed_at) end) as resolved_at,
    max(withdrawn) = 1 as is_withdrawn
from rounds
group by complaint_id
