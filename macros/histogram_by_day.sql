{#
    How often each whole value of a measure occurred, by day, unit and one slice at a time (rule 11): only of measures of
    which the catalogue has a quantile. `keys` are further columns that keep pools and waves of surveys apart.
#}
{% macro histogram_by_day(fact, touched_by, keys=[]) %}
{%- set cuts = slices(fact) -%}
with facts as (
    select * from {{ ref(fact) }}
    where {{ touched_days(touched_by) }}
),

wanted as (
    select distinct measure from {{ ref('metrics') }}
    where fact = '{{ fact }}' and method in ('median', 'p90', 'p95')
),

values_of_measures as (
    {% for measure in measures(fact) if not measure.is_flag %}
    select date_day, {% for key in keys %}{{ key }}, {% endfor %}org_unit_id,
        {% for column in cuts.values() if column != "'all'" %}{{ column }}, {% endfor %}
        '{{ measure.name }}' as measure, cast(round({{ measure.name }}) as bigint) as whole_value
    from facts
    where {{ measure.name }} is not null and '{{ measure.name }}' in (select wanted.measure from wanted)
    {% if not loop.last %}union all{% endif %}{% endfor %}
)
{% for slice, column in cuts.items() %}
select date_day, {% for key in keys %}{{ key }}, {% endfor %}org_unit_id, '{{ slice }}' as slice,
    coalesce({{ column }}, 'unknown') as slice_value, measure, whole_value, count(*) as value_count
from values_of_measures
group by date_day, {% for key in keys %}{{ key }}, {% endfor %}org_unit_id, measure, whole_value{% if slice != 'all' %}, {{ column }}{% endif %}
{% if not loop.last %}union all{% endif %}{% endfor %}
{% endmacro %}
