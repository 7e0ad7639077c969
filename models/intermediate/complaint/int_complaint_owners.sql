-- one row per complaint and stretch of time in which somebody was responsible for it
with takings as (
    select complaint_id, received_at as taken_at, 0 as event_number, 'received' as taken_by, first_owner_id as owner
    from {{ ref('int_complaint_cases') }}
    where first_owner_id is not null
    union all
    -- Where nobody is named, the unit it was passed to.
    select
        complaint_id, occurred_at, event_number, event_type,
        coalesce(employee_id, concat('unit:', org_unit_id))
    from {{ ref('int_complaint_events') }}
    where event_type in ('assigned', 'handover_accepted') and coalesce(employee_id, org_unit_id) is not null
),

-- What leaves a complaint with its owner changes nothing.
changes as (
    select *
    from (
        select *, lag(owner) over (partition by complaint_id order by event_number) as last_owner
        from takings
    ) as compared
    where last_owner is null or owner != last_owner
),

accepted as (
    select complaint_id, owner, max(event_number) as last_accepted
    from takings
    where taken_by = 'handover_accepted'
    group by complaint_id, owner
)

select
    changes.complaint_id, changes.owner,
    row_number() over (partition by changes.complaint_id order by changes.event_number) as owner_number,
    changes.taken_by, changes.taken_at,
    lead(changes.taken_at) over (partition by changes.complaint_id order by changes.event_number) as passed_on_at,
    -- A transfer is a warm one if the new owner is recorded to have accepted it.
    changes.last_owner is not null as is_hand_off,
    coalesce(accepted.last_accepted >= changes.event_number, false) as is_accepted
from changes
left join accepted on changes.complaint_id = accepted.complaint_id and changes.owner = accepted.owner
