{# The weighted indices of satisfaction (A10), each with the column of a question that names its parts. #}
{% macro survey_indices() %}
    {{ return({'csi_weighted': 'dimension', 'csi_modules_weighted': 'module', 'csi_touchpoints_weighted': 'touchpoint'}) }}
{% endmacro %}

{#
    A score from 0 to 100 that was divided out, as a measure of six digits. Sums of twelve digits may lie a little below a half
    that is exact; two millionths of the last digit bring it back, so that halves are rounded up whatever the engine.
#}
{% macro score_measure(score) -%}
    cast(floor({{ double(score) }} * 1000000 + 0.500002) / 1000000 as decimal(18, 6))
{%- endmacro %}
