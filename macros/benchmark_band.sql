{# Where a figure lies among the quartiles of an industry. #}
{% macro benchmark_band(figure) -%}
    case
        when {{ figure }} < percentile_25 then 'below_25'
        when {{ figure }} < percentile_50 then '25_50'
        when {{ figure }} < percentile_75 then '50_75'
        when {{ figure }} >= percentile_75 then 'above_75'
    end
{%- endmacro %}
