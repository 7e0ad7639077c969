-- Targets that no figure of their unit can reach: above 100 in a hundred, beyond 100 points, below nothing.
-- They would be missed, or met, for ever.
-- Rows name the metric, its unit and the target; correct seeds/targets.csv. A rate per year may exceed 100%.
{% set counted = ['contacts', 'complaints', 'responses', 'employees', 'seconds', 'days', 'per_1000'] %}
select
    targets.metric_id,
    metrics.unit,
    targets.target
from {{ ref('int_targets') }} as targets
inner join {{ ref('metrics') }} as metrics on targets.metric_id = metrics.metric_id
where
    (metrics.unit in ('percent', 'index_0_100') and targets.target < 0)
    or (metrics.unit in ('percent', 'index_0_100') and metrics.method != 'rate' and targets.target > 100)
    or (metrics.unit in ('nps', 'points') and (targets.target > 100 or targets.target < -100))
    or (
        metrics.unit in ('{{ counted | join("', '") }}')
        and targets.target < 0
    )
