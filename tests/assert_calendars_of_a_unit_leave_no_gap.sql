-- Units whose calendar ends before the next one takes over, or whose next one begins later than it takes over.
-- Business time across the gap would leave its days out, and look short.
-- Rows name the unit, both calendars and the days; correct seeds/opening_hours.csv or seeds/unit_calendars.csv.
with lines as (
    select
        line_id, calendar_id, valid_to,
        lead(calendar_id) over (partition by line_id order by valid_from) as next_calendar_id,
        lead(valid_from) over (partition by line_id order by valid_from) as next_valid_from
    from {{ ref('int_calendar_lines') }}
)

select
    line_id as org_unit_id,
    calendar_id,
    cast({{ dbt.dateadd('day', -1, 'valid_to') }} as date) as calendar_ends_on,
    next_calendar_id,
    next_valid_from as next_begins_on
from lines
where valid_to < next_valid_from
