-- one row per complaint with events: how it stands at as_of
with events as (
    select
        complaint_id,
        event_type,
        occurred_at,
        max(case when event_type = 'reopened' then occurred_at end) over (partition by complaint_id) as last_reopened_at
    from {{ ref('stg_complaint_events') }}
),

marked as (
    select
        *,
        event_type in ('resolved', 'closed')
        and (last_reopened_at is null or occurred_at > last_reopened_at) as is_final_end
    from events
)

select
    complaint_id,
    min(case when event_type = 'resolved' then occurred_at end) as first_resolved_event_at,
    min(case when event_type in ('resolved', 'closed') then occurred_at end) as first_ended_at,
    -- A closing counts as the resolution only where no resolution stands since the last reopening.
    coalesce(
        max(case when is_final_end and event_type = 'resolved' then occurred_at end),
        max(case when is_final_end then occurred_at end)
    ) as resolved_at,
    max(last_reopened_at) as last_reopened_at,
    max(case when event_type = 'withdrawn' then 1 else 0 end) = 1 as is_withdrawn
from marked
group by complaint_id
