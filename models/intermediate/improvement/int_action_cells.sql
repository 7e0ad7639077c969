-- one row per completed action, side (its unit or the others) and phase: events and what they are counted over
with phases as (
    select *, 'before' as phase, before_from as first_day, completed_on as end_day
    from {{ ref('int_action_windows') }} where outcome is not null
    union all
    select *, 'after', completed_on, after_to from {{ ref('int_action_windows') }} where outcome is not null
),

sides as (
    select
        phases.action_id, phases.phase, phases.outcome, phases.cause, phases.first_day,
        phases.end_day, action_units.org_unit_id, action_units.is_own
    from phases
    inner join {{ ref('int_action_groups') }} as action_units on phases.action_id = action_units.action_id
    where phases.first_day < phases.end_day
),

-- Complaints are counted over the days that a unit was open.
counted as (
    select
        sides.action_id, sides.phase, sides.is_own, 0 as events,
        case when sides.outcome = 'complaints' then {{ dbt.datediff(
            'greatest(sides.first_day, units.open_from)', 'least(sides.end_day, units.open_to)', 'day') }} else 0
        end as exposure
    from sides
    inner join {{ ref('int_open_units') }} as units
        on sides.org_unit_id = units.org_unit_id
        and sides.first_day < units.open_to and sides.end_day > units.open_from
    union all
    select sides.action_id, sides.phase, sides.is_own, cases.events, cases.checks
    from sides
    inner join {{ ref('int_org_unit_paths') }} as paths on sides.org_unit_id = paths.ancestor_id
    inner join {{ ref('int_cause_events') }} as cases
        on paths.org_unit_id = cases.org_unit_id
        and sides.outcome = cases.outcome and sides.cause = cases.cause
        and cases.date_day >= paths.valid_from and cases.date_day < paths.valid_to
        and cases.date_day >= sides.first_day and cases.date_day < sides.end_day
)

select
    action_id, is_own, phase,
    cast(sum(events) as bigint) as events,
    cast(sum(exposure) as bigint) as exposure
from counted
group by action_id, is_own, phase
