{# Whole seconds over the seconds of an hour or day as a measure of six digits, halves rounded up: in whole numbers, so that every engine agrees. #}
{% macro exact_quotient(seconds, divisor) -%}
    {%- set doubled = '(cast(' ~ seconds ~ ' as bigint) * 2000000 + ' ~ divisor ~ ')' -%}
    cast(cast(({{ doubled }} - mod({{ doubled }}, {{ 2 * divisor }})) / {{ 2 * divisor }} as bigint)
        * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
{%- endmacro %}
