{# Standard error of a mean: the sample's, or where weighted the linearised one of rule 13. Rounding noise counts as zero. #}
{% macro mean_error() -%}
    case
        when w is null then sqrt({{ without_noise('xx - x * x / answers', 'xx') }} / (answers - 1) / answers)
        else sqrt(answers / (answers - 1) * {{ without_noise(
            double('weight2_value_sum_squares') ~ ' - 2 * mean * ' ~ double('weight2_value_sum') ~ ' + mean * mean * ww',
            double('weight2_value_sum_squares')) }}) / nullif(w, 0)
    end
{%- endmacro %}

{# A difference of sums that lie within rounding of each other is zero: equal answers have no spread. #}
{% macro without_noise(difference, scale) -%}
    case when {{ difference }} > 1e-12 * {{ scale }} then {{ difference }} else 0 end
{%- endmacro %}
