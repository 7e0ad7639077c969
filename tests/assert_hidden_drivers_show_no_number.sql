-- Hidden cells of the drivers' marts in which any number is left (rule 15).
-- What is hidden in one column and shown in another is published.
-- Rows name the mart and the cell; they are a fault of that mart, and nothing may be published until it is mended.
{% set numbers = {'satisfaction_drivers': [], 'driver_asymmetry': []} %}
{% for node in (graph.nodes.values() if execute else []) if node.name in numbers %}
{% for column in node.columns.values() if column.data_type in ['bigint', 'double'] %}
{% do numbers[node.name].append(column.name) %}
{% endfor %}
{% endfor %}
{% for mart in numbers %}
select
    '{{ mart }}' as mart,
    survey_id,
    outcome,
    org_unit_id,
    slice,
    slice_value,
    driver
from {{ ref(mart) }}
where
    state = 'hidden_small'
    and (
        base_count is not null
        {%- for column in numbers[mart] %}
        or {{ column }} is not null{% endfor %}
    )
{% if not loop.last %}union all{% endif %}
{% endfor %}
