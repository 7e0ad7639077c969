{# Squared standard error of a mean, from the count, sum and sum of squares of its values; one value has none. #}
{% macro squared_mean_error(n, x, xx) -%}
    {%- set sum_of_squares = double(x) ~ ' * ' ~ double(x) ~ ' / nullif(' ~ n ~ ', 0)' -%}
    {{ without_noise(double(xx) ~ ' - ' ~ sum_of_squares, double(xx)) }} / nullif({{ double(n) }} * ({{ n }} - 1), 0)
{%- endmacro %}

{# A 95% limit of a difference or mean, from its squared error and its degrees of freedom, inverted. #}
{% macro t_limit(side, value, squared_error, inverse_df) -%}
    {{ value }} {{ '-' if side == 'low' else '+' }} case
        when {{ squared_error }} = 0 then 0
        when {{ squared_error }} > 0 then sqrt({{ squared_error }}) * {{ t_quantile(inverse_df) }}
    end
{%- endmacro %}

{# Welch's degrees of freedom of a difference of two means, inverted, from their squared errors and counts. #}
{% macro welch_df(error2, n, other_error2, other_n) -%}
    ({{ error2 }} * {{ error2 }} / nullif({{ n }} - 1, 0) + {{ other_error2 }} * {{ other_error2 }} / nullif({{ other_n }} - 1, 0))
    / nullif(power({{ error2 }} + {{ other_error2 }}, 2), 0)
{%- endmacro %}
