{# The project's local date of a UTC timestamp. #}
{% macro local_date(moment) -%}
    cast({{ local_time(moment) }} as date)
{%- endmacro %}

{# The project's local time of a UTC timestamp. Dispatched: engines name the conversion differently. #}
{% macro local_time(moment) -%}
    {{ return(adapter.dispatch('local_time')(moment)) }}
{%- endmacro %}

{% macro default__local_time(moment) -%}
    timezone('{{ var("time_zone") }}', timezone('UTC', {{ moment }}))
{%- endmacro %}

{% macro spark__local_time(moment) -%}
    from_utc_timestamp({{ moment }}, '{{ var("time_zone") }}')
{%- endmacro %}
