-- Complaints whose business time reaches before the first or beyond the last day of the calendar of their unit.
-- Nobody knows then which hours were open: their business hours and due times are empty, not guessed.
-- Rows name the unit, the calendar, the days that it covers, the first and last moment asked for and what to do.
with moments as (
    select org_unit_id, received_at as occurred_at from {{ ref('stg_complaints') }}
    union all
    select complaints.org_unit_id, events.occurred_at
    from {{ ref('stg_complaint_events') }} as events
    inner join {{ ref('stg_complaints') }} as complaints on events.complaint_id = complaints.complaint_id
),

-- A unit has many moments; the first and the last of a day say all.
days as (
    select
        org_unit_id,
        cast(occurred_at as date) as utc_day,
        min(occurred_at) as first_moment,
        max(occurred_at) as last_moment
    from moments
    group by org_unit_id, cast(occurred_at as date)
),

bounds as (
    select org_unit_id, first_moment as occurred_at from days
    union all
    select org_unit_id, last_moment as occurred_at from days
),

asked as (
    {{ open_seconds('bounds') }}
),

outside as (
    select org_unit_id, line_id, occurred_at, 'cover these days' as gap from asked where open_seconds is null
    union all
    select
        complaints.org_unit_id,
        coalesce(units.line_id, 'default') as line_id,
        promises.received_at as occurred_at,
        'reach until what is promised from here on is due' as gap
    from {{ ref('int_complaint_promises') }} as promises
    inner join {{ ref('stg_complaints') }} as complaints on promises.complaint_id = complaints.complaint_id
    left join (select distinct line_id from {{ ref('int_calendar_lines') }}) as units
        on complaints.org_unit_id = units.line_id
    where promises.due_at is null
),

lines as (
    select
        line_id,
        min(valid_from) as first_day,
        cast({{ dbt.dateadd('day', -1, 'max(valid_to)') }} as date) as last_day
    from {{ ref('int_calendar_lines') }}
    group by line_id
)

select
    outside.org_unit_id,
    coalesce(last_lines.calendar_id, 'none') as calendar_id,
    lines.first_day as calendar_begins_on,
    lines.last_day as calendar_ends_on,
    min(outside.occurred_at) as first_moment,
    max(outside.occurred_at) as last_moment,
    concat(
        'Add rows to opening_hours.csv and calendar_days.csv, so that the calendar ',
        coalesce(last_lines.calendar_id, 'default'), ' of the unit ', coalesce(outside.org_unit_id, 'unknown'),
        ' (', outside.line_id, ' in unit_calendars.csv) will ', outside.gap
    ) as what_to_do
from outside
left join lines on outside.line_id = lines.line_id
left join {{ ref('int_calendar_lines') }} as last_lines
    on outside.line_id = last_lines.line_id and last_lines.valid_to > lines.last_day
group by outside.org_unit_id, last_lines.calendar_id, lines.first_day, lines.last_day, outside.line_id, outside.gap
