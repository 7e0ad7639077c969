{#
    The rows of a contract entity as they are known at the end of as_of: of each key the latest version (rule 23),
    deleted keys and later events gone, later stamps blank (rule 1) unless the contract lets them lie ahead.
#}
{% macro latest_version(entity) %}
{%- set event_time = contract_event_time(entity) -%}
with versions as (
    select
        *,
        row_number() over (
            partition by {{ contract_columns(entity, 'key') | map(attribute='name') | join(', ') or 1 }}
            order by changed_at desc nulls last, _delivered_load desc, _file desc, _line desc
        ) as version_rank
    from {{ source('raw', entity) }}
    where not _is_redelivery and (changed_at is null or changed_at < {{ as_of_end() }})
)

select
    {%- for column in contract_columns(entity) %}
    {%- set may_lie_ahead = column.config.meta.get('may_lie_ahead') or column.name == event_time %}
    {%- if column.data_type in ['date', 'timestamp'] and not may_lie_ahead %}
    case when {{ is_known(column) }} then {{ column.name }} end as {{ column.name }},
    {%- else %}
    {{ column.name }},
    {%- endif %}
    {%- if column.name in ['customer_id', 'employee_id'] %}
    _{{ column.name | replace('_id', '_key') }} as {{ column.name | replace('_id', '_key') }},
    {%- endif %}
    {%- endfor %}
    version_rank
from versions
where version_rank = 1 and not coalesce(is_deleted, false)
    {%- for column in contract_columns(entity) if column.name == event_time %} and coalesce({{ is_known(column) }}, true) {%- endfor %}
{% endmacro %}
