-- one row per complaint or other case and clock that was promised: the hours in force at receipt and when they are over
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

promised as (
    select
        complaint_id, clock, promised_hours, is_business_time, promised_seconds, line_id,
        occurred_at as received_at,
        open_seconds + promised_seconds as due_seconds
    from counted
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
        else {{ dbt.dateadd('second', 'promised.promised_seconds', 'promised.received_at') }}
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
