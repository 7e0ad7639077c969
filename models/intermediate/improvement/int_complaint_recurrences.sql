-- one row per complaint in scope: whether its unit had the same root cause again within 90 days
with complaints as (
    select
        complaints.complaint_id, complaints.org_unit_id, complaints.received_at,
        -- Without a root cause the same category stands for it, among those without one.
        case
            when complaints.root_cause is null then concat('category ', complaints.category)
            else concat('root cause ', complaints.root_cause)
        end as cause,
        {{ dbt.dateadd('day', 90, 'complaints.received_at') }} as decided_at
    from {{ ref('stg_complaints') }} as complaints
    left join {{ ref('int_complaint_outcomes') }} as outcomes on complaints.complaint_id = outcomes.complaint_id
    where
        coalesce(complaints.case_type, 'complaint') = 'complaint'
        and coalesce(complaints.in_scope, true) and not coalesce(outcomes.is_withdrawn, false)
),

moments as (
    select distinct org_unit_id, cause, received_at from complaints
),

followed as (
    select
        *,
        lead(received_at) over (partition by org_unit_id, cause order by received_at) as next_received_at
    from moments
)

select
    complaints.complaint_id, complaints.org_unit_id, complaints.cause,
    -- Undecided until all 90 days are known, also where it came again before: else the soonest alone would count.
    {{ flag('coalesce(followed.next_received_at <= complaints.decided_at, false)',
        'complaints.decided_at <= ' ~ as_of_end()) }} as recurred
from complaints
inner join followed
    on complaints.org_unit_id = followed.org_unit_id
    and complaints.cause = followed.cause
    and complaints.received_at = followed.received_at
