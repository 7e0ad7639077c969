-- Cells of the catalogue that hold a word nobody computes with.
-- A misspelt method or interval leaves its figures empty; a misspelt privacy class decides by accident what is hidden.
-- Rows name the metric, the column of seeds/metrics.csv and the word.
{% set vocabularies = {
    'method': ['sum', 'mean', 'rate', 'stock', 'median', 'p90', 'p95', 'km_p50', 'km_at_7', 'km_at_30'],
    'interval': ['wilson', 'adjusted_wald', 't', 'poisson', 'order', 'km', 'none'],
    'better': ['higher', 'lower', 'none'],
    'privacy_class': ['operational', 'customer_survey', 'employee_survey', 'people'],
} %}
{% for column, words in vocabularies.items() %}
select
    metric_id,
    '{{ column }}' as cell,
    {{ column }} as word
from {{ ref('metrics') }}
where
    {{ column }} is null
    or {{ column }} not in ('{{ words | join("', '") }}')
{% if not loop.last %}union all{% endif %}
{% endfor %}
