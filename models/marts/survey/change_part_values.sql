-- one row per metric, comparison, period, unit, slice and slice value of either period: its part in the change
-- Only where all values of the slice may be shown; change_parts says what else there is.
select
    metric_id,
    comparison,
    period_type,
    period_key,
    earlier_key,
    org_unit_id,
    slice,
    slice_value,
    base_count,
    earlier_base_count,
    value,
    earlier_value,
    100 * share as share,
    100 * earlier_share as earlier_share,
    {{ double('rate_effect') }} as rate_effect,
    {{ double('mix_effect') }} as mix_effect,
    state
from {{ ref('int_change_part_values') }}
where state in ('ok', 'low_base')
