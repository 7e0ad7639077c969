-- one row per unit with calendars of its own, and `default`, and stretch of days in which one calendar is in force
with seed as (
    select org_unit_id, calendar_id, coalesce(valid_from, cast('1900-01-01' as date)) as valid_from
    from {{ ref('unit_calendars') }}
),

own as (
    select
        org_unit_id as line_id, calendar_id, valid_from,
        coalesce(
            lead(valid_from) over (partition by org_unit_id order by valid_from), cast('9999-01-01' as date)
        ) as valid_to
    from seed
),

firsts as (
    select line_id, min(valid_from) as valid_from from own where line_id != 'default' group by line_id
)

select line_id, calendar_id, valid_from, valid_to from own
union all
-- Until its first calendar of its own a unit has the default one.
select firsts.line_id, own.calendar_id, own.valid_from, least(own.valid_to, firsts.valid_from) as valid_to
from own
inner join firsts on own.valid_from < firsts.valid_from
where own.line_id = 'default'
