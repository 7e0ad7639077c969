{# The project's local date of a UTC timestamp. Dispatched: engines name the conversion differently. #}
{% macro local_date(moment) -%}
    {{ return(adapter.dispatch('local_date')(moment)) }}
{%- endmacro %}

{% macro default__local_date(moment) -%}
    cast(timezone('{{ var("time_zone") }}', timezone('UTC', {{ moment }})) as date)
{%- endmacro %}

{% macro spark__local_date(moment) -%}
    cast(from_utc_timestamp({{ moment }}, '{{ var("time_zone") }}') as date)
{%- endmacro %}
