{# True for a moment at or after another, at most so many local days later. #}
{% macro within_days(later, earlier, days) -%}
    ({{ later }} >= {{ earlier }} and {{ local_date(later) }} <= {{ dbt.dateadd('day', days, local_date(earlier)) }})
{%- endmacro %}

{# True once so many local days after a moment are over. #}
{% macro are_days_over(moment, days) -%}
    {{ dbt.dateadd('day', days, local_date(moment)) }} <= {{ as_of() }}
{%- endmacro %}
