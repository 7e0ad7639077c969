-- one row per complaint and clock that was promised: the hours in force at receipt and when they are over
{%- set calendar_seconds = 'promised.due_seconds - lines.calendar_shift' %}
with received as (
    select
        complaint_id, org_unit_id, category, severity,
        received_at as occurred_at,
        {{ local_date('received_at') }} as received_on
    from {{ ref('stg_complaints') }}
),

fitting as (
    select
        received.complaint_id, promises.clock, promises.hours, promises.is_business_time,
        row_number() over (
            partition by received.complaint_id, promises.clock
            order by
                -- What is promised for a unit goes before a category's, and that before a severity's; then the newest.
                case when promises.org_unit_id is null then 1 else 0 end,
                case when promises.category is null then 1 else 0 end,
                case when promises.severity is null then 1 else 0 end,
                coalesce(promises.valid_from, cast('1900-01-01' as date)) desc,
                promises.hours
        ) as place
    from received
    inner join {{ ref('service_promises') }} as promises
        on coalesce(promises.valid_from, received.received_on) <= received.received_on
        and (promises.org_unit_id is null or received.org_unit_id = promises.org_unit_id)
        and (promises.category is null or received.category = promises.category)
        and (promises.severity is null or received.severity = promises.severity)
),

counted as (
    {{ open_seconds('received') }}
),

promised as (
    select
        fitting.complaint_id, fitting.clock, fitting.hours as promised_hours, fitting.is_business_time,
        cast(round(fitting.hours * 3600) as bigint) as promised_seconds,
        counted.occurred_at as received_at,
        counted.line_id,
        counted.open_seconds + cast(round(fitting.hours * 3600) as bigint) as due_seconds
    from fitting
    inner join counted on fitting.complaint_id = counted.complaint_id
    -- Empty hours promise nothing.
    where fitting.place = 1 and fitting.hours is not null
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
