-- Metrics of another method with `day` among their periods, and rows of a day for anything but the whole (rule 6).
-- Quantiles and stocks are not kept by day: such rows would be empty, and slices by day would swell metric_values.
-- Rows name the metric; take `day` out of its periods in seeds/metrics.csv. One with a slice is a fault of the models.
select
    metric_id,
    'all' as slice
from {{ ref('metrics') }}
where method not in ('sum', 'mean', 'rate') and {{ lists('periods', "'day'") }}
union all
select distinct
    metric_id,
    slice
from {{ ref('metric_values') }}
where period_type = 'day' and slice != 'all'
