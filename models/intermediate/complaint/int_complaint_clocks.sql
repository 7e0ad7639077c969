-- one row per complaint: business seconds to each step without waits for the customer, and what became of promises
{% set clocks = {
    'acknowledge': 'acknowledged_at', 'first_reply': 'first_reply_at', 'plan_told': 'plan_told_at', 'resolve': 'resolved_at',
} -%}
with cases as (
    select
        {% for stamp in clocks.values() -%}
        outcomes.{{ stamp }},
        {% endfor -%}
        cases.complaint_id, cases.org_unit_id, cases.received_at
    from {{ ref('int_complaint_cases') }} as cases
    left join {{ ref('int_complaint_outcomes') }} as outcomes on cases.complaint_id = outcomes.complaint_id
    where cases.is_complaint and cases.has_times
),

moments as (
    select complaint_id, org_unit_id, 'received' as clock, true as is_done, received_at as occurred_at from cases
    {%- for clock, stamp in clocks.items() %}
    union all
    -- What was not done runs on, until now.
    select
        complaint_id, org_unit_id, '{{ clock }}', {{ stamp }} is not null,
        coalesce({{ stamp }}, {{ last_covered(as_of_end()) }})
    from cases
    {%- endfor %}
),

counted as (
    {{ open_seconds('moments') }}
),

waited as (
    select
        counted.complaint_id, counted.clock,
        sum(least(pauses.ended_seconds, counted.open_seconds) - pauses.started_seconds) as open_seconds,
        sum({{ dbt.datediff('pauses.started_at', 'least(pauses.ended_at, counted.occurred_at)', 'second') }}) as seconds
    from counted
    inner join {{ ref('int_complaint_pauses') }} as pauses
        on counted.complaint_id = pauses.complaint_id and pauses.started_at < counted.occurred_at
    where counted.clock != 'received'
    group by counted.complaint_id, counted.clock
),

elapsed as (
    select
        counted.complaint_id, counted.clock, counted.is_done,
        cast(counted.open_seconds - received.open_seconds - coalesce(waited.open_seconds, 0) as bigint) as open_seconds,
        {{ dbt.datediff('received.occurred_at', 'counted.occurred_at', 'second') }}
        - coalesce(waited.seconds, 0) as seconds
    from counted
    inner join counted as received on counted.complaint_id = received.complaint_id and received.clock = 'received'
    left join waited on counted.complaint_id = waited.complaint_id and counted.clock = waited.clock
    where counted.clock != 'received'
),

judged as (
    select
        elapsed.complaint_id, elapsed.clock,
        case when elapsed.is_done then elapsed.open_seconds end as open_seconds,
        elapsed.is_done,
        case when promises.is_business_time then elapsed.open_seconds else elapsed.seconds end
        - promises.promised_seconds as seconds_over
    from elapsed
    left join {{ ref('int_promised_hours') }} as promises
        on elapsed.complaint_id = promises.complaint_id and elapsed.clock = promises.clock
)

select
    {% for clock in clocks -%}
    max(case when clock = '{{ clock }}' then open_seconds end) as {{ clock }}_seconds,
    max(case
        when clock != '{{ clock }}' then null
        when seconds_over > 0 then 'missed'
        when seconds_over <= 0 and is_done then 'met'
        when seconds_over <= 0 then 'undecided'
    end) as {{ clock }}_state,
    {% endfor -%}
    complaint_id
from judged
group by complaint_id
