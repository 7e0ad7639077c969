{#
    Exact sums of every measure of a fact by day, unit and one slice at a time (rule 12).
    `keys` are further columns that keep pools and waves of surveys apart; a weighted fact has design_weight.
#}
{% macro sums_by_day(fact, keys=[], is_weighted=false, touched_by=none) %}
{% set item_groups = ref('stg_survey_item_groups') if fact == 'fct_survey_answers' %}
with facts as (
    select * from {{ ref(fact) }}
    {% if touched_by %}where {{ touched_days(touched_by) }}{% endif %}
)

{% for slice, column in slices(fact).items() %}
select
    date_day,
    {% for key in keys %}{{ key }},{% endfor %}
    org_unit_id,
    '{{ slice }}' as slice,
    coalesce({{ column }}, 'unknown') as slice_value
    {%- for measure in measures(fact) %}
    {%- if has_cut(measure, slice) %}
    {{- measure_sums(measure, is_weighted) }}
    {%- else %}
    {%- for column in sum_columns(measure, is_weighted) %}, {{ no_sum(column, measure) }} as {{ column }}{% endfor %}
    {%- endif %}
    {%- endfor %}
from facts
{{ item_groups_of(slice, 'facts', item_groups) }}
group by date_day, {% for key in keys %}{{ key }}, {% endfor %}org_unit_id{% if slice != 'all' %}, {{ column }}{% endif %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
{% endmacro %}

{# Count, sum and sum of squares of one measure, and the weighted sums of rule 13; products are exact before they are added. #}
{% macro measure_sums(measure, is_weighted) %}
    {%- set x = measure.name -%}
    {%- set wide = 'cast(' ~ x ~ ' as decimal(19, 6))' -%}
    ,
    count({{ x }}) as {{ x }}__n,
    sum({{ x }}) as {{ x }}__x
    {%- if not measure.is_flag %},
    sum(cast({{ wide }} * {{ wide }} as decimal(38, 12))) as {{ x }}__xx
    {%- endif %}
    {%- if is_weighted %}
    {%- set w = 'cast(design_weight as decimal(19, 4))' -%}
    {%- set wx = 'cast(' ~ w ~ ' * ' ~ wide ~ ' as decimal(19, 10))' %},
    count(case when is_weight_given then {{ x }} end) as {{ x }}__wn,
    sum(case when {{ x }} is not null then cast(design_weight as decimal(38, 12)) end) as {{ x }}__w,
    sum(case when {{ x }} is not null then cast({{ w }} * {{ w }} as decimal(38, 12)) end) as {{ x }}__ww,
    sum(cast({{ wx }} as decimal(38, 12))) as {{ x }}__wx,
    sum(cast({{ wx }} * {{ wide }} as decimal(38, 12))) as {{ x }}__wxx,
    sum(cast({{ wx }} * {{ w }} as decimal(38, 12))) as {{ x }}__wwx,
    sum(cast({{ wx }} * {{ wx }} as decimal(38, 12))) as {{ x }}__wwxx
    {%- endif %}
{% endmacro %}
