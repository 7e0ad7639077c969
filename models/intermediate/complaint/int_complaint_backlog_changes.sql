-- one row per day, unit or ancestor on which the backlog changes: what came, what went, and who grew older
{% set bands = [(0, 3), (4, 7), (8, 14), (15, 30), (31, none)] -%}
with spells as (
    -- Where the unit had its place on the day of the receipt, so that what comes in also goes out there.
    select
        spells.*, places.ancestor_id,
        coalesce(spells.ended_on, cast('9999-01-01' as date)) as gone_on
    from {{ ref('int_complaint_spells') }} as spells
    inner join {{ ref('int_complaint_places') }} as places on spells.complaint_id = places.complaint_id
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

changes as (
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
)

select
    date_day, ancestor_id as org_unit_id, sum(received) as received, sum(reopened) as reopened, sum(closed) as closed
    {%- for first, last in bands %}, sum(age_{{ first }}) as age_{{ first }}{% endfor %}
from changes
where date_day <= {{ as_of() }}
group by date_day, ancestor_id
