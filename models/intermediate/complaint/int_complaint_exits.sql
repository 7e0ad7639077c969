-- one row per complaint that can be watched: how long after its receipt, and how, it left the open ones by as_of
with complaints as (
    select
        cases.complaint_id, cases.received_at, cases.org_unit_id, cases.category, cases.severity, cases.date_day,
        case
            when outcomes.withdrawn_at is not null then 'withdrawn'
            when outcomes.resolved_at is null then 'open'
            when not coalesce(cases.in_scope, true) then 'out_of_scope'
            else 'resolved'
        end as exit_kind,
        coalesce(outcomes.withdrawn_at, outcomes.resolved_at, {{ as_of_end() }}) as left_at
    from {{ ref('int_complaint_cases') }} as cases
    left join {{ ref('int_complaint_outcomes') }} as outcomes on cases.complaint_id = outcomes.complaint_id
    where cases.is_complaint and cases.has_times
)

select
    complaint_id, date_day, org_unit_id, category, severity, exit_kind, left_at,
    -- An event stamped before the receipt is one at the receipt: no time passed.
    cast(greatest({{ dbt.datediff('received_at', 'left_at', 'second') }}, 0) as bigint) as seconds,
    {{ flag("exit_kind = 'resolved'") }} as resolved,
    {{ flag("exit_kind in ('withdrawn', 'out_of_scope')") }} as withdrawn,
    {{ flag("exit_kind = 'open'") }} as censored
from complaints
