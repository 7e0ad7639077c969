{# A polynomial by Horner's rule; coefficients from the constant term up. #}
{% macro polynomial(x, coefficients) -%}
    {%- for coefficient in coefficients -%}({{ coefficient }} + {{ x }} * {% if loop.last %}0{% endif %}{%- endfor -%}
    {%- for coefficient in coefficients -%}){%- endfor -%}
{%- endmacro %}
