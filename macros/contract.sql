{# Columns of a contract entity, as written in models/raw; `with_meta` keeps those whose meta has that key. #}
{% macro contract_columns(entity, with_meta=none) %}
    {%- set found = [] -%}
    {%- for source in (graph.sources.values() if execute else []) | selectattr('source_name', 'equalto', 'raw') if source.name == entity -%}
        {%- for column in source.columns.values() if with_meta is none or column.config.meta.get(with_meta) -%}
            {%- do found.append(column) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{# The column that dates a contract entity's rows, or none. #}
{% macro contract_event_time(entity) %}
    {%- for source in (graph.sources.values() if execute else []) | selectattr('source_name', 'equalto', 'raw') if source.name == entity -%}
        {{ return(source.config.meta.get('event_time')) }}
    {%- endfor -%}
{% endmacro %}

{# True for a date or UTC timestamp that as_of already knows. #}
{% macro is_known(column) -%}
    {%- if column.data_type == 'date' -%}
        {{ column.name }} <= {{ as_of() }}
    {%- else -%}
        {{ column.name }} < {{ as_of_end() }}
    {%- endif -%}
{%- endmacro %}
