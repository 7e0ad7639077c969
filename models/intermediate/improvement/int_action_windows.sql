-- one row per completed action with a cause: the days before and after it that no other action on it parts
with actions as (
    select * from {{ ref('stg_corrective_actions') }} where completed_on is not null and cause is not null
),

completions as (
    select
        org_unit_id, cause, completed_on,
        lag(completed_on) over (partition by org_unit_id, cause order by completed_on) as previous_on,
        lead(completed_on) over (partition by org_unit_id, cause order by completed_on) as next_on
    from (select distinct org_unit_id, cause, completed_on from actions) as moments
),

-- What came of an inspection is measured by the check of that name, all else by complaints.
outcomes as (
    select actions.action_id, max(events.outcome) as outcome
    from actions
    inner join (select distinct outcome, cause from {{ ref('int_cause_events') }}) as events
        on actions.cause = events.cause
        and (events.outcome = 'complaints' or actions.source = 'inspection')
    group by actions.action_id
),

observed as (
    select 'complaints' as outcome, {{ local_date('min(received_at)') }} as observed_from
    from {{ ref('stg_complaints') }}
    union all
    select 'failed_checks', {{ local_date('min(inspected_at)') }} from {{ ref('stg_inspections') }}
)

select
    actions.action_id, actions.org_unit_id, actions.cause, actions.completed_on,
    outcomes.outcome, units.org_level,
    greatest(
        cast({{ dbt.dateadd('day', -180, 'actions.completed_on') }} as date),
        coalesce(completions.previous_on, observed.observed_from),
        observed.observed_from
    ) as before_from,
    least(
        cast({{ dbt.dateadd('day', 180, 'actions.completed_on') }} as date),
        coalesce(completions.next_on, cast('9999-01-01' as date)),
        cast({{ dbt.dateadd('day', 1, as_of()) }} as date)
    ) as after_to
from actions
inner join completions
    on actions.org_unit_id = completions.org_unit_id
    and actions.cause = completions.cause
    and actions.completed_on = completions.completed_on
left join outcomes on actions.action_id = outcomes.action_id
left join observed on outcomes.outcome = observed.outcome
left join {{ ref('int_unit_levels') }} as units
    on actions.org_unit_id = units.org_unit_id
    and actions.completed_on >= units.valid_from and actions.completed_on < units.valid_to
