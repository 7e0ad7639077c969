{# True if a cell of space-separated words lists the word. #}
{% macro lists(cell, word) -%}
    concat(' ', {{ cell }}, ' ') like concat('% ', {{ word }}, ' %')
{%- endmacro %}

{# True if the catalogue publishes a metric for the period type, slice and weighting of a row. #}
{% macro is_published(metric, row) -%}
    {{ lists(metric ~ '.periods', row ~ '.period_type') }}
    and {{ lists(metric ~ '.slices', row ~ '.slice') }}
    and {{ lists(metric ~ '.weightings', row ~ '.weighting') }}
{%- endmacro %}
