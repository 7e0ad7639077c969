-- Targets for a metric that the catalogue does not have, or without a unit or a figure.
-- Nobody would be held to them, and nobody would notice.
-- Rows name the metric and unit; correct the id in seeds/targets.csv (`default` is every unit), or take the row out.
select
    targets.metric_id,
    targets.org_unit_id,
    targets.target
from {{ ref('targets') }} as targets
left join {{ ref('metrics') }} as metrics on targets.metric_id = metrics.metric_id
where metrics.metric_id is null or targets.org_unit_id is null or targets.target is null
