-- Figures that lie outside their own 95% interval, where the method promises that they do not.
-- Adjusted-Wald limits lie about the adjusted estimate and promise nothing of the kind.
-- Rows name the cell; they are a fault of the interval's formula.
select
    metric_id,
    period_type,
    period_key,
    org_unit_id,
    slice,
    slice_value,
    weighting,
    ci_low,
    value,
    ci_high
from {{ ref('metric_values') }}
where
    (interval_method in ('wilson', 't', 'poisson', 'order', 'km') and (ci_low > value or ci_high < value))
    or ci_low > ci_high
