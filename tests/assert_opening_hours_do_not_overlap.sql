-- Opening hours of one calendar and weekday that overlap on a day, end before they begin or lie outside of a day.
-- Overlapping hours would count twice; what is open beyond midnight is written as 24:00 and 00:00 of the next weekday.
-- Rows name the calendar, the weekday, the hours and, where two are at odds, the other's opening.
with hours as (
    select
        calendar_id, weekday, opens_at, closes_at,
        {{ seconds_of_day('opens_at') }} as opens,
        {{ seconds_of_day('closes_at') }} as closes,
        coalesce(valid_from, cast('1900-01-01' as date)) as valid_from,
        coalesce(valid_until, cast('9999-01-01' as date)) as valid_until,
        row_number() over (order by calendar_id, weekday, opens_at, closes_at, valid_from, valid_until) as place
    from {{ ref('opening_hours') }}
)

select
    calendar_id, weekday, opens_at, closes_at, valid_from, valid_until,
    cast(null as {{ dbt.type_string() }}) as other_opens_at
from hours
where
    calendar_id is null or opens is null or closes is null or opens < 0 or opens >= closes or closes > 86400
    or coalesce(weekday, 0) not between 1 and 7 or valid_until < valid_from
union all
select
    one.calendar_id, one.weekday, one.opens_at, one.closes_at, one.valid_from, one.valid_until,
    other.opens_at as other_opens_at
from hours as one
inner join hours as other
    on one.calendar_id = other.calendar_id
    and one.weekday = other.weekday
    and one.place < other.place
    and one.opens < other.closes and one.closes > other.opens
    and one.valid_from <= other.valid_until and one.valid_until >= other.valid_from
