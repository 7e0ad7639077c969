-- one row per day and unit or ancestor, from its first complaint on: what came, what went, what stayed open and how old it is
with changes as (
    select * from {{ ref('int_complaint_backlog_changes') }}
),

units as (
    select org_unit_id, min(date_day) as first_day from changes group by org_unit_id
),

days as (
    select
        dates.date_day, units.org_unit_id,
        coalesce(changes.received, 0) as received,
        coalesce(changes.reopened, 0) as reopened,
        coalesce(changes.closed, 0) as closed
        {%- for age in [0, 4, 8, 15, 31] %},
        sum(coalesce(changes.age_{{ age }}, 0)) over so_far as age_{{ age }}
        {%- endfor %},
        sum(coalesce(changes.received + changes.reopened - changes.closed, 0)) over so_far as closing
    from {{ ref('dates') }} as dates
    inner join units on dates.date_day >= units.first_day and dates.date_day <= {{ as_of() }}
    left join changes on dates.date_day = changes.date_day and units.org_unit_id = changes.org_unit_id
    window so_far as (partition by units.org_unit_id order by dates.date_day rows unbounded preceding)
)

select
    date_day as {{ adapter.quote('date') }}, org_unit_id,
    {% for column, expression in {
        'opening': 'closing - received - reopened + closed', 'received': 'received', 'reopened': 'reopened',
        'closed': 'closed', 'closing': 'closing', 'age_0_3': 'age_0', 'age_4_7': 'age_4', 'age_8_14': 'age_8',
        'age_15_30': 'age_15', 'age_over_30': 'age_31',
    }.items() -%}
    cast({{ expression }} as bigint) as {{ column }}{{ ',' if not loop.last }}
    {% endfor -%}
from days
