-- one row per day and unit or ancestor, from its first complaint on: what came, what went, what stayed open and how old it is
{% set bands = [(0, 3), (4, 7), (8, 14), (15, 30), (31, none)] -%}
with spells as (
    -- Where the unit had its place on the day of the receipt, so that what comes in also goes out there.
    select
        spells.*, coalesce(paths.ancestor_id, 'all') as ancestor_id,
        coalesce(spells.ended_on, cast('9999-01-01' as date)) as gone_on
    from {{ ref('int_complaint_spells') }} as spells
    left join {{ ref('int_org_unit_paths') }} as paths
        on spells.org_unit_id = paths.org_unit_id
        and spells.received_on >= paths.valid_from and spells.received_on < paths.valid_to
),

{% for first, last in bands %}
band_{{ first }} as (
    select
        ancestor_id,
        greatest(opened_on, cast({{ dbt.dateadd('day', first, 'received_on') }} as date)) as enters_on,
        {% if last is none -%}
        gone_on as leaves_on
        {%- else -%}
        least(gone_on, cast({{ dbt.dateadd('day', last + 1, 'received_on') }} as date)) as leaves_on
        {%- endif %}
    from spells
),
{% endfor %}

events as (
    select opened_on as date_day, ancestor_id,
        case when round_number = 0 then 1 else 0 end as received,
        case when round_number > 0 then 1 else 0 end as reopened,
        0 as closed{% for first, last in bands %}, 0 as age_{{ first }}{% endfor %}
    from spells
    union all
    select gone_on, ancestor_id, 0, 0, 1{{ ', 0' * bands | length }} from spells
    {% for entered, last in bands %}
    {% for column, change in {'enters_on': 1, 'leaves_on': -1}.items() %}
    union all
    select {{ column }}, ancestor_id, 0, 0, 0{% for first, last in bands %}, {{ change if first == entered else 0 }}{% endfor %}
    from band_{{ entered }} where leaves_on > enters_on
    {% endfor %}
    {% endfor %}
),

changes as (
    select
        date_day, ancestor_id as org_unit_id, sum(received) as received, sum(reopened) as reopened, sum(closed) as closed
        {%- for first, last in bands %}, sum(age_{{ first }}) as age_{{ first }}{% endfor %}
    from events
    where date_day <= {{ as_of() }}
    group by date_day, ancestor_id
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
        {%- for age, last in bands %},
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
