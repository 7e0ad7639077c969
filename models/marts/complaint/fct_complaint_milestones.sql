-- one row per closing, resolution or first promise of a complaint; a measure is NULL where it is not in its base
{% set in_time = within_days('events.occurred_at', 'cases.resolved_at', 3) -%}
{% set is_due = are_days_over('cases.resolved_at', 3) -%}
with cases as (
    select cases.*, outcomes.resolved_at, outcomes.first_promised_at
    from {{ ref('int_complaint_cases') }} as cases
    inner join {{ ref('int_complaint_outcomes') }} as outcomes on cases.complaint_id = outcomes.complaint_id
    where cases.is_complaint and not outcomes.is_withdrawn and coalesce(cases.in_scope, true)
),

events as (
    select * from {{ ref('int_complaint_events') }}
),

-- Closed once in each round; what reopens it begins the next.
closings as (
    select
        complaint_id, round_number,
        min(case when event_type = 'closed' then occurred_at end) as closed_at,
        lead(min(case when is_reopening then occurred_at end)) over (
            partition by complaint_id order by round_number
        ) as reopened_at
    from events
    group by complaint_id, round_number
),

calls as (
    select
        cases.complaint_id,
        max(case when {{ in_time }} and events.event_type = 'follow_up' then 1 else 0 end) as tried,
        max(case
            when {{ in_time }} and events.event_type = 'follow_up' and events.outcome = 'reached' then 1 else 0
        end) as reached,
        max(case when events.event_type = 'follow_up' and events.outcome = 'reached' then 1 else 0 end) as ever_reached,
        max(case when events.event_type = 'second_follow_up' then 1 else 0 end) as second_call
    from cases
    inner join events on cases.complaint_id = events.complaint_id and events.occurred_at >= cases.resolved_at
    group by cases.complaint_id
),

milestones as (
    select
        'closing' as milestone, complaint_id, round_number, closed_at as occurred_at,
        -- Only where thirty days have passed since.
        case
            when {{ dbt.dateadd('day', 30, 'closed_at') }} > {{ as_of_end() }} then null
            when reopened_at <= {{ dbt.dateadd('day', 30, 'closed_at') }} then 1
            else 0
        end as reopened_30d,
        cast(null as integer) as tried, cast(null as integer) as reached, cast(null as integer) as second_call,
        cast(null as integer) as kept
    from closings
    where closed_at is not null
    union all
    select
        'resolution', cases.complaint_id, 0, cases.resolved_at, null,
        case when {{ is_due }} then coalesce(calls.tried, 0) end,
        case when {{ is_due }} then coalesce(calls.reached, 0) end,
        case when calls.ever_reached = 1 then calls.second_call end, null
    from cases
    left join calls on cases.complaint_id = calls.complaint_id
    where cases.resolved_at is not null
    union all
    select
        'promise', complaint_id, 0, first_promised_at, null, null, null, null,
        case when resolved_at <= first_promised_at then 1 else 0 end
    from cases
    where first_promised_at < {{ as_of_end() }}
),

dated as (
    select
        milestones.*, cases.org_unit_id, cases.channel, cases.category, cases.severity, cases.customer_id,
        {{ local_date('milestones.occurred_at') }} as date_day
    from milestones
    inner join cases on milestones.complaint_id = cases.complaint_id
)

select
    dated.complaint_id, dated.milestone,
    cast(dated.round_number as integer) as round_number,
    dated.date_day, dated.occurred_at, dated.org_unit_id, dated.channel, dated.category, dated.severity,
    customers.tier, customers.segment,
    cast(dated.reopened_30d as smallint) as reopened_30d,
    -- Whoever had said by then that they must not be called is in neither base.
    cast(case when coalesce(customers.contact_permission, true) then dated.tried end as smallint) as follow_up_tried_3d,
    cast(case when coalesce(customers.contact_permission, true) then dated.reached end as smallint)
        as follow_up_reached_3d,
    cast(dated.second_call as smallint) as second_follow_up,
    cast(dated.kept as smallint) as promise_kept
from dated
left join {{ ref('int_customer_spells') }} as customers
    on dated.customer_id = customers.customer_id
    and dated.date_day >= customers.valid_from and dated.date_day < customers.valid_to
