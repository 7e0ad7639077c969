{# The 64-bit float of the engine: dbt's type_float() is 32-bit on two of the three. #}
{% macro double(expression) -%}
    cast({{ expression }} as {{ 'double' if target.type == 'spark' else 'double precision' }})
{%- endmacro %}
