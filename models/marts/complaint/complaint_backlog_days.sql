-- one row per day and unit or ancestor, from its first complaint on: what came and went, what is open and how old it is
{% set bands = [(0, 3), (4, 7), (8, 14), (15, 30), (31, none)] -%}
with spells as (
    select
        *,
        coalesce(org_unit_id, 'unknown') as unit_id,
        coalesce(ended_on, cast('9999-01-01' as date)) as gone_on
    from {{ ref('int_complaint_spells') }}
),

{% for first, last in bands %}
band_{{ first }} as (
    select
        unit_id,
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
    select
        opened_on as date_day, unit_id, 'change' as kind,
        case when round_number = 0 then 1 else 0 end as received,
        case when round_number > 0 then 1 else 0 end as reopened,
        0 as closed
    from spells
    union all
    select gone_on, unit_id, 'change', 0, 0, 1 from spells
    {% for first, last in bands %}
    union all
    select enters_on, unit_id, 'age_{{ first }}', 1, 0, 0 from band_{{ first }} where leaves_on > enters_on
    union all
    select leaves_on, unit_id, 'age_{{ first }}', -1, 0, 0 from band_{{ first }} where leaves_on > enters_on
    {% endfor %}
),

changes as (
    select
        {% for first, last in bands -%}
        sum(case when kind = 'age_{{ first }}' then received else 0 end) as age_{{ first }},
        {% endfor -%}
        sum(case when kind = 'change' then received else 0 end) as received,
        sum(reopened) as reopened,
        sum(closed) as closed,
        date_day, unit_id
    from events
    where date_day <= {{ as_of() }}
    group by date_day, unit_id
),

units as (
    select unit_id, min(date_day) as first_day from changes group by unit_id
),

days as (
    select
        dates.date_day, units.unit_id,
        coalesce(changes.received, 0) as received,
        coalesce(changes.reopened, 0) as reopened,
        coalesce(changes.closed, 0) as closed,
        {% for age, last in bands -%}
        sum(coalesce(changes.age_{{ age }}, 0)) over so_far as age_{{ age }},
        {% endfor -%}
        sum(coalesce(changes.received + changes.reopened - changes.closed, 0)) over so_far as closing
    from {{ ref('dates') }} as dates
    inner join units on dates.date_day >= units.first_day and dates.date_day <= {{ as_of() }}
    left join changes on dates.date_day = changes.date_day and units.unit_id = changes.unit_id
    window so_far as (partition by units.unit_id order by dates.date_day rows unbounded preceding)
)

-- Rule 7: under the ancestors of that day. Whoever moves takes along what is open; it counts there from the morning on.
select
    days.date_day as {{ adapter.quote('date') }},
    coalesce(paths.ancestor_id, 'all') as org_unit_id,
    cast(sum(days.closing - days.received - days.reopened + days.closed) as bigint) as opening,
    cast(sum(days.received) as bigint) as received,
    cast(sum(days.reopened) as bigint) as reopened,
    cast(sum(days.closed) as bigint) as closed,
    cast(sum(days.closing) as bigint) as closing,
    cast(sum(days.age_0) as bigint) as age_0_3,
    cast(sum(days.age_4) as bigint) as age_4_7,
    cast(sum(days.age_8) as bigint) as age_8_14,
    cast(sum(days.age_15) as bigint) as age_15_30,
    cast(sum(days.age_31) as bigint) as age_over_30
from days
left join {{ ref('int_org_unit_paths') }} as paths
    on days.unit_id = paths.org_unit_id
    and days.date_day >= paths.valid_from and days.date_day < paths.valid_to
group by days.date_day, coalesce(paths.ancestor_id, 'all')
