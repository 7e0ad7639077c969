{# Period sums of a fact, from a column per measure to a row per measure and weighting, as int_metric_sums needs them. #}
{% macro melt_sums(periods_model, fact, is_survey=false) %}
{%- set sums = ref(periods_model) -%}
{%- set nothing = 'cast(null as decimal(38, 12))' -%}
{%- for measure in measures(fact) %}
{%- set x = measure.name %}
select
    '{{ fact }}' as fact, '{{ x }}' as measure, 'none' as weighting,
    period_type, period_key, org_unit_id, slice, slice_value,
    {{ x }}__n as base_count,
    cast({{ x }}__x as decimal(38, 12)) as value_sum,
    cast({{ x }}__{{ 'x' if measure.is_flag else 'xx' }} as decimal(38, 12)) as value_sum_squares,
    {{ nothing }} as weight_sum, {{ nothing }} as weight_sum_squares,
    {{ nothing }} as weight2_value_sum, {{ nothing }} as weight2_value_sum_squares
from {{ sums }}
where {{ x }}__n > 0
{%- if is_survey %}
union all
select
    '{{ fact }}', '{{ x }}', 'design',
    period_type, period_key, org_unit_id, slice, slice_value,
    {{ x }}__n, {{ x }}__wx, {{ x }}__wxx, {{ x }}__w, {{ x }}__ww, {{ x }}__wwx, {{ x }}__wwxx
from {{ sums }}
where {{ x }}__wn > 0
{%- endif %}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
{% endmacro %}
