-- one row per complaint or other case; a measure is NULL where it is not in its denominator
{{ config(materialized='table') }}
with owners as (
    select
        complaint_id,
        count(case when is_hand_off then 1 end) as hand_offs,
        count(case when is_hand_off and not is_accepted then 1 end) as cold_hand_offs
    from {{ ref('int_complaint_owners') }}
    group by complaint_id
),

judged as (
    select
        cases.*,
        outcomes.acknowledged_at, outcomes.plan_told_at, outcomes.first_reply_at, outcomes.first_resolved_at,
        outcomes.resolved_at, outcomes.closed_at, outcomes.withdrawn_at, outcomes.result_told_at,
        outcomes.is_escalated, outcomes.is_compensated, outcomes.compensation, outcomes.replies,
        coalesce(outcomes.reopened_count, 0) as reopened_count,
        coalesce(outcomes.is_withdrawn, false) as is_withdrawn,
        owners.hand_offs, owners.cold_hand_offs,
        -- The state kept by a system counts only for a complaint of which no event is known (rule 22).
        case
            when outcomes.complaint_id is null then coalesce(cases.is_resolved, false)
            else outcomes.resolved_at is not null
        end as is_resolved_by_as_of,
        cases.is_complaint and coalesce(cases.in_scope, true)
        and not coalesce(outcomes.is_withdrawn, false) as is_in_base
    from {{ ref('int_complaint_cases') }} as cases
    left join {{ ref('int_complaint_outcomes') }} as outcomes on cases.complaint_id = outcomes.complaint_id
    left join owners on cases.complaint_id = owners.complaint_id
),

clocked as (
    select
        judged.*, clocks.acknowledge_seconds, clocks.first_reply_seconds, clocks.plan_told_seconds,
        clocks.resolve_seconds, promises.due_at,
        clocks.acknowledge_state, clocks.first_reply_state, clocks.resolve_state,
        recurrences.recurred
    from judged
    left join {{ ref('int_complaint_clocks') }} as clocks on judged.complaint_id = clocks.complaint_id
    left join {{ ref('int_complaint_promises') }} as promises
        on judged.complaint_id = promises.complaint_id and promises.clock = 'resolve'
    left join {{ ref('int_complaint_recurrences') }} as recurrences on judged.complaint_id = recurrences.complaint_id
)

select
    complaint_id, date_day, received_at, org_unit_id, channel, category, subcategory, case_type, severity, touchpoint,
    root_cause, contact_id, response_id, person_key, tier, segment, vendor, service_line, in_scope, upheld,
    is_withdrawn, withdrawn_at, acknowledged_at, plan_told_at, first_reply_at, first_resolved_at, resolved_at,
    result_told_at, closed_at,
    cast(reopened_count as integer) as reopened_count,
    cast(compensation as decimal(18, 2)) as compensation,
    due_at, resolve_state as promise_state, acknowledge_state, first_reply_state,
    cast(case when is_complaint then 1 end as smallint) as complaints,
    {{ flag('is_resolved_by_as_of', 'is_in_base') }} as resolved,
    {{ flag("acknowledge_state = 'met'", "is_in_base and acknowledge_state != 'undecided'") }} as acknowledged_in_time,
    {{ flag("resolve_state = 'met'", "is_in_base and resolve_state != 'undecided'") }} as resolved_in_time,
    {{ flag("resolve_state = 'met'", 'is_in_base and resolved_at is not null') }} as closed_in_time,
    {{ flag('coalesce(is_escalated, false)', 'is_in_base and has_times') }} as escalated,
    {{ flag('plan_told_at is not null', 'is_in_base and has_times') }} as plan_told,
    {{ flag('coalesce(is_compensated, false)', 'is_in_base and has_times') }} as compensated,
    {{ flag('in_scope', 'is_complaint and not is_withdrawn') }} as assessed_in_scope,
    {{ flag('upheld', 'is_in_base') }} as assessed_upheld,
    {{ flag(
        'resolved_at is not null and coalesce(hand_offs, 0) = 0 and ' ~ local_date('resolved_at') ~ ' = date_day',
        'is_in_base and has_times'
    ) }} as resolved_immediately,
    {{ flag(
        'coalesce(hand_offs, 0) = 0 and replies <= 1 and reopened_count = 0', 'is_in_base and resolved_at is not null'
    ) }} as one_touch,
    -- Until the end it is not decided that nobody passes a complaint on without a word.
    {{ flag('cold_hand_offs = 0', "is_in_base and (cold_hand_offs > 0 or resolved_at is not null)
        and date_day >= cast('" ~ var('first_responsible_from') ~ "' as date)") }} as first_responsible,
    {{ flag('recurred = 1', 'is_in_base') }} as recurred_90d,
    cast(case when is_in_base then hand_offs end as decimal(18, 6)) as hand_offs,
    {% for column, seconds in {
        'acknowledge_business_hours': 'acknowledge_seconds', 'first_reply_business_hours': 'first_reply_seconds',
        'plan_told_business_hours': 'plan_told_seconds', 'resolution_business_hours': 'resolve_seconds',
    }.items() -%}
    case when is_in_base then {{ exact_quotient(seconds, 3600) }} end as {{ column }},
    {% endfor -%}
    case
        when is_in_base then {{ exact_quotient(dbt.datediff('received_at', 'resolved_at', 'second'), 86400) }}
    end as resolution_calendar_days
from clocked
