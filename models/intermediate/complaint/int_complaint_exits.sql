-- one row per complaint that can be watched: how long after its receipt, and how, it left the open ones by as_of
-- Of what has no event and is called resolved, nobody knows when that was (rule 22).
with complaints as (
    select
        complaints.complaint_id, complaints.received_at, complaints.org_unit_id,
        complaints.category, complaints.severity,
        {{ local_date('complaints.received_at') }} as date_day,
        case
            when outcomes.withdrawn_at is not null then 'withdrawn'
            when outcomes.resolved_at is null then 'open'
            when not coalesce(complaints.in_scope, true) then 'out_of_scope'
            else 'resolved'
        end as exit_kind,
        coalesce(outcomes.withdrawn_at, outcomes.resolved_at, {{ as_of_end() }}) as left_at
    from {{ ref('stg_complaints') }} as complaints
    left join {{ ref('int_complaint_outcomes') }} as outcomes on complaints.complaint_id = outcomes.complaint_id
    where
        coalesce(complaints.case_type, 'complaint') = 'complaint'
        and (outcomes.complaint_id is not null or not coalesce(complaints.is_resolved, false))
)

select
    complaint_id, date_day, org_unit_id, category, severity, exit_kind, left_at,
    -- An event stamped before the receipt is one at the receipt: no time passed.
    cast(greatest({{ dbt.datediff('received_at', 'left_at', 'second') }}, 0) as bigint) as seconds,
    {{ flag("exit_kind = 'resolved'") }} as resolved,
    {{ flag("exit_kind in ('withdrawn', 'out_of_scope')") }} as withdrawn,
    {{ flag("exit_kind = 'open'") }} as censored
from complaints
