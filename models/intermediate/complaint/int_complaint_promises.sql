-- one row per complaint or other case and clock that was promised: when the hours are over, put off by each wait
{%- set calendar_seconds = 'promised.due_seconds - lines.calendar_shift' %}
with received as (
    select
        complaint_id, clock, promised_hours, is_business_time, promised_seconds, org_unit_id,
        received_at as occurred_at
    from {{ ref('int_promised_hours') }}
),

counted as (
    {{ open_seconds('received') }}
),

-- Seconds on the clock of a promise when its complaint began to wait for the customer, and for how long it did.
waits as (
    select
        counted.complaint_id, counted.clock, counted.promised_seconds, pauses.started_at,
        case
            when counted.is_business_time then pauses.started_seconds - counted.open_seconds
            else {{ dbt.datediff('counted.occurred_at', 'pauses.started_at', 'second') }}
        end as passed,
        case
            when counted.is_business_time then pauses.ended_seconds - pauses.started_seconds
            else {{ dbt.datediff('pauses.started_at', 'pauses.ended_at', 'second') }}
        end as waited
    from counted
    inner join {{ ref('int_complaint_pauses') }} as pauses on counted.complaint_id = pauses.complaint_id
),

-- A wait puts the end off if it began before the promised time had run, earlier waits taken out.
put_off as (
    select complaint_id, clock, sum(waited) as waited
    from (
        select
            *,
            passed + waited - sum(waited) over (partition by complaint_id, clock order by started_at) as run_before
        from waits
    ) as ran
    where run_before < promised_seconds
    group by complaint_id, clock
),

promised as (
    select
        counted.complaint_id, counted.clock, counted.promised_hours, counted.is_business_time, counted.line_id,
        counted.occurred_at as received_at,
        cast(counted.promised_seconds + coalesce(put_off.waited, 0) as bigint) as seconds_from_receipt,
        cast(counted.open_seconds + counted.promised_seconds + coalesce(put_off.waited, 0) as bigint) as due_seconds
    from counted
    left join put_off on counted.complaint_id = put_off.complaint_id and counted.clock = put_off.clock
),

-- By the days' worth of seconds that a stretch ends or begins in, so that a number of seconds finds it by equality.
stretches as (
    select
        calendar_id, starts_at, seconds_before, open_length,
        cast(floor(seconds_before / 86400.0) as bigint) as bucket
    from {{ ref('int_open_stretches') }}
    where open_length > 0
    union all
    select
        calendar_id, starts_at, seconds_before, open_length,
        cast(floor((seconds_before + open_length) / 86400.0) as bigint) as bucket
    from {{ ref('int_open_stretches') }}
    where open_length > 0 and floor(seconds_before / 86400.0) < floor((seconds_before + open_length) / 86400.0)
)

select
    promised.complaint_id, promised.clock, promised.promised_hours, promised.is_business_time, promised.received_at,
    -- Hours that end with an opening stretch are over at its end, not at the next opening.
    case
        when promised.is_business_time
            then {{ dbt.dateadd('second', calendar_seconds ~ ' - stretches.seconds_before', 'stretches.starts_at') }}
        else {{ dbt.dateadd('second', 'promised.seconds_from_receipt', 'promised.received_at') }}
    end as due_at
from promised
left join {{ ref('int_calendar_lines') }} as lines
    on promised.is_business_time
    and promised.line_id = lines.line_id
    and promised.due_seconds > lines.line_seconds_before
    and promised.due_seconds <= lines.line_seconds_until
left join stretches
    on lines.calendar_id = stretches.calendar_id
    and cast(floor(({{ calendar_seconds }}) / 86400.0) as bigint) = stretches.bucket
    and {{ calendar_seconds }} > stretches.seconds_before
    and {{ calendar_seconds }} <= stretches.seconds_before + stretches.open_length
