{# True if a cell of space-separated words lists the word. #}
{% macro lists(cell, word) -%}
    concat(' ', {{ cell }}, ' ') like concat('% ', {{ word }}, ' %')
{%- endmacro %}
