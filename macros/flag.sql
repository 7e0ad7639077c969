{# A 0/1 measure: 1 where the condition holds, 0 where it does not, NULL where it is unknown or the row is not in the base. #}
{% macro flag(condition, base='true') -%}
    cast(case when {{ base }} then case when {{ condition }} then 1 when not ({{ condition }}) then 0 end end as smallint)
{%- endmacro %}
