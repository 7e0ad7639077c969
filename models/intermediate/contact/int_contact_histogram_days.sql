-- one row per day, unit, slice, measure of contacts that has a quantile, and whole value: how often it occurred
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('contact') }}"
) }}
with contacts as (
    select * from {{ ref('fct_contacts') }}
    where {{ touched_days('contact') }}
),

wanted as (
    select distinct measure from {{ ref('metrics') }}
    where fact = 'fct_contacts' and method in ('median', 'p90', 'p95')
),

values_of_measures as (
    {% for measure in measures('fct_contacts') if not measure.is_flag %}
    select
        date_day,
        org_unit_id,
        {% for column in slices('fct_contacts').values() if column != "'all'" -%}
        {{ column }},
        {% endfor -%}
        '{{ measure.name }}' as measure,
        cast(round({{ measure.name }}) as bigint) as whole_value
    from contacts
    where {{ measure.name }} is not null and '{{ measure.name }}' in (select wanted.measure from wanted)
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

{% for slice, column in slices('fct_contacts').items() %}
select
    date_day,
    org_unit_id,
    '{{ slice }}' as slice,
    coalesce({{ column }}, 'unknown') as slice_value,
    measure,
    whole_value,
    count(*) as value_count
from values_of_measures
group by date_day, org_unit_id, measure, whole_value{% if slice != 'all' %}, {{ column }}{% endif %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
