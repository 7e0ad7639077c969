-- Metrics whose interval is not one of their method, or whose 0/1 interval has a measure of other numbers.
-- Its limits would be wrong or empty, and every change would be judged by them.
-- Rows name the metric, its method and its interval in seeds/metrics.csv.
{% set flags = ["'fct_purchases.bought_again'"] %}
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
    or (method = 'rate' and interval not in ('poisson', 'none'))
    or (method in ('median', 'p90', 'p95') and interval not in ('order', 'none'))
    or (interval = 'wilson' and concat(fact, '.', measure) not in (
        {{ flags | join(',\n        ') }}
    ))
