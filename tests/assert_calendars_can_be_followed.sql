-- Calendar days of an unknown calendar or kind, working days without hours, units with an unknown calendar, no default.
-- Business time would be counted by other hours than those meant, or not at all.
-- Rows name the seed and the row of it that is wrong.
with hours as (
    select
        calendar_id, weekday,
        coalesce(valid_from, cast('1900-01-01' as date)) as valid_from,
        coalesce(valid_until, cast('9999-01-01' as date)) as valid_until
    from {{ ref('opening_hours') }}
),

days as (
    select
        calendar_days.calendar_id, calendar_days.date, calendar_days.kind,
        mod({{ dbt.datediff("cast('1900-01-01' as date)", 'calendar_days.date', 'day') }}, 7) + 1 as weekday
    from {{ ref('calendar_days') }} as calendar_days
),

covers as (
    select calendar_id, min(valid_from) as first_day, max(valid_until) as last_day from hours group by calendar_id
)

select
    'calendar_days.csv' as seed_file,
    days.calendar_id,
    cast(days.date as {{ dbt.type_string() }}) as row_key,
    days.kind
from days
left join covers on days.calendar_id = covers.calendar_id
left join hours
    on days.calendar_id = hours.calendar_id
    and case when days.weekday >= 6 then 1 else days.weekday end = hours.weekday
    and days.date >= hours.valid_from and days.date <= hours.valid_until
where
    covers.calendar_id is null
    or days.date is null
    or coalesce(days.kind, 'none') not in ('holiday', 'working_day')
    or (
        days.kind = 'working_day' and hours.weekday is null
        and days.date >= covers.first_day and days.date <= covers.last_day
    )
union all
select
    'unit_calendars.csv' as seed_file,
    calendar_id,
    org_unit_id as row_key,
    'unknown calendar' as kind
from {{ ref('unit_calendars') }}
where org_unit_id is null or calendar_id is null or calendar_id not in (select calendar_id from covers)
union all
select
    'unit_calendars.csv' as seed_file,
    'default' as calendar_id,
    'default' as row_key,
    'missing' as kind
from (select count(*) as row_count from {{ ref('unit_calendars') }} where org_unit_id = 'default') as defaults
where row_count = 0
