-- Metrics whose interval is not one of their method, or whose 0/1 interval has other numbers above or below the line.
-- Its limits would be wrong or empty, and every change would be judged by them.
-- Rows name the metric, its method and its interval in seeds/metrics.csv.
{% set flags = [] %}
{% for measure in counted_measures() if measure.is_flag %}
{% do flags.append("'" ~ measure.fact ~ '.' ~ measure.name ~ "'") %}
{% endfor %}
{% for fact in facts() %}
{% for measure in measures(fact) if measure.is_flag %}
{% do flags.append("'" ~ fact ~ '.' ~ measure.name ~ "'") %}
{% endfor %}
{% endfor %}
select
    metric_id,
    method,
    interval
from {{ ref('metrics') }}
where
    (method in ('sum', 'stock') and interval != 'none')
    or (method = 'mean' and interval not in ('wilson', 'adjusted_wald', 't', 'none'))
    or (method = 'rate' and interval not in ('wilson', 'poisson', 'none'))
    or (method in ('median', 'p90', 'p95') and interval not in ('order', 'none'))
    or (method like 'km_%' and interval not in ('km', 'none'))
    or (method not like 'km_%' and interval = 'km')
    {%- for cell in ["concat(fact, '.', measure)", "coalesce(denominator, concat(fact, '.', measure))"] %}
    or (interval = 'wilson' and {{ cell }} not in (
        {{ flags | join(',\n        ') }}
    ))
    {%- endfor %}
