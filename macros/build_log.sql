{#
    What the last whole build knew: the newest load and as_of. Incremental models do again the days that anything newer touches.
    Only a build in which every model succeeded is noted, so a failed or killed one is made up for by the next.
#}
{% macro create_build_log() %}
    create schema if not exists intermediate;
    create table if not exists intermediate.build_log (load_number integer, as_of date, as_of_end timestamp);
{% endmacro %}

{% macro note_build(results) %}
    {%- if not execute or flags.WHICH not in ['build', 'run'] -%}{{ return('') }}{%- endif -%}
    {%- set done = results | selectattr('node.resource_type', 'equalto', 'model')
        | selectattr('status', 'in', ['success']) | list -%}
    {%- set all_models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list -%}
    {%- if done | length < all_models | length -%}{{ return('') }}{%- endif -%}
    delete from intermediate.build_log;
    insert into intermediate.build_log
    select coalesce(max(landed_load), 0), {{ as_of() }}, {{ as_of_end() }} from {{ source('loader', 'load_accounting') }};
{% endmacro %}

{# True for a raw row that the last build did not know: newly loaded, or changed at a moment that has come to pass since. #}
{% macro is_new_version() -%}
    (
        _load > (select load_number from last_build)
        or (
            changed_at is not null
            and changed_at >= (select as_of_end from last_build) and changed_at < {{ as_of_end() }}
        )
    )
{%- endmacro %}

{# True for such a row, and for one with a stamp that has come to pass since: any, or one of those that are named. #}
{% macro is_news(entity, stamps=none) -%}
    (
        {{ is_new_version() }}
        {%- for column in contract_columns(entity) if stamps is none or column.name in stamps %}
        {%- if column.data_type == 'timestamp' %}
        or ({{ column.name }} >= (select as_of_end from last_build) and {{ column.name }} < {{ as_of_end() }})
        {%- elif column.data_type == 'date' %}
        or ({{ column.name }} > (select as_of from last_build) and {{ column.name }} <= {{ as_of() }})
        {%- endif %}
        {%- endfor %}
    )
{%- endmacro %}

{# Makes way for the days that the incremental model in which it is a pre-hook computes again. #}
{% macro delete_touched_days(fact) %}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where date_day in (select date_day from staging.stg_touched_days where fact = '{{ fact }}')
    {%- endif -%}
{% endmacro %}

{# The days that an incremental model computes again: all on a full refresh. #}
{% macro touched_days(fact) -%}
    {%- set touched = ref('stg_touched_days') -%}
    {%- if is_incremental() -%}
        date_day in (select date_day from {{ touched }} where fact = '{{ fact }}')
    {%- else -%}
        date_day is not null
    {%- endif -%}
{%- endmacro %}
