{# The contract's entities as views over the raw Parquet files, so that models, unit tests and people read raw.<entity>. #}
{% macro raw_views() %}
    create schema if not exists raw;
    {% if execute %}
    {% for source in graph.sources.values() | selectattr('schema', 'equalto', 'raw') %}
        create or replace view {{ source.schema }}.{{ source.name }} as
        select * from read_parquet(
            '{{ env_var("EVENKEEL_HOME", "warehouse") }}/raw/*/{{ source.name }}.parquet', union_by_name = true
        );
    {% endfor %}
    {% endif %}
{% endmacro %}
