-- one row per calendar, UTC day and stretch of it: its open seconds, if any, come first, with those before it
{%- set day_start = 'cast(days.date_day as timestamp)' %}
{%- set opens_at = dbt.dateadd('second', 'hours.opens - offsets.offset_seconds', day_start) %}
{%- set closes_at = dbt.dateadd('second', 'hours.closes - offsets.offset_seconds', day_start) %}
{%- set open_length = 'cast(' ~ dbt.datediff('starts_at', 'closes_at', 'second') ~ ' as bigint)' %}
with offsets as (
    {{ utc_offsets() }}
),

spine as (
    select cast(date_day as date) as date_day from ({{ calendar_spine() }}) as days
),

hours as (
    select
        calendar_id, weekday,
        {{ seconds_of_day('opens_at') }} as opens,
        {{ seconds_of_day('closes_at') }} as closes,
        coalesce(valid_from, cast('1970-01-01' as date)) as valid_from,
        coalesce(valid_until, cast('2069-12-31' as date)) as valid_until
    from {{ ref('opening_hours') }}
),

covers as (
    select calendar_id, min(valid_from) as first_day, max(valid_until) as last_day from hours group by calendar_id
),

days as (
    select
        covers.calendar_id, spine.date_day,
        mod({{ dbt.datediff("cast('1900-01-01' as date)", 'spine.date_day', 'day') }}, 7) + 1 as weekday,
        coalesce(calendar_days.kind, 'ordinary') as kind
    from covers
    inner join spine on covers.first_day <= spine.date_day and covers.last_day >= spine.date_day
    left join {{ ref('calendar_days') }} as calendar_days
        on covers.calendar_id = calendar_days.calendar_id and spine.date_day = calendar_days.date
),

-- Counted by the local clock: an hour that it skips is nobody's, one that it repeats is open twice.
open_hours as (
    select
        days.calendar_id,
        greatest({{ opens_at }}, offsets.starts_at) as opens_at,
        least({{ closes_at }}, offsets.ends_at) as closes_at
    from days
    inner join hours
        on days.calendar_id = hours.calendar_id
        -- A weekend that is worked makes up for a weekday; no calendar says for which, so it has Monday's hours.
        and case when days.kind = 'working_day' and days.weekday >= 6 then 1 else days.weekday end = hours.weekday
        and days.date_day >= hours.valid_from and days.date_day <= hours.valid_until
    inner join offsets
        on {{ opens_at }} < offsets.ends_at and {{ closes_at }} > offsets.starts_at
    where days.kind != 'holiday'
),

-- Cut at UTC midnight, so that a moment finds its stretch by its date; hours of one day touch two dates at most.
marks as (
    select
        calendar_id,
        cast(opens_at as date) as utc_day,
        opens_at as starts_at,
        least(closes_at, {{ dbt.dateadd('day', 1, 'cast(cast(opens_at as date) as timestamp)') }}) as closes_at
    from open_hours
    union all
    select
        calendar_id,
        cast(closes_at as date) as utc_day,
        cast(cast(closes_at as date) as timestamp) as starts_at,
        closes_at
    from open_hours
    where cast(opens_at as date) < cast(closes_at as date) and closes_at > cast(cast(closes_at as date) as timestamp)
    union all
    -- Every date begins with a stretch, open or not: local days of the calendar reach into the dates beside them.
    select
        covers.calendar_id,
        spine.date_day as utc_day,
        cast(spine.date_day as timestamp) as starts_at,
        cast(spine.date_day as timestamp) as closes_at
    from covers
    inner join spine
        on {{ dbt.dateadd('day', -1, 'covers.first_day') }} <= spine.date_day
        and {{ dbt.dateadd('day', 1, 'covers.last_day') }} >= spine.date_day
),

summed as (
    select
        calendar_id, utc_day, starts_at,
        coalesce(
            lead(starts_at) over (partition by calendar_id, utc_day order by starts_at, closes_at),
            {{ dbt.dateadd('day', 1, 'cast(utc_day as timestamp)') }}
        ) as ends_at,
        {{ open_length }} as open_length,
        sum({{ open_length }}) over (
            partition by calendar_id order by starts_at, closes_at
            rows between unbounded preceding and current row
        ) as seconds_until
    from marks
)

select
    calendar_id, utc_day, starts_at, ends_at, open_length,
    cast(seconds_until - open_length as bigint) as seconds_before
from summed
where starts_at < ends_at
