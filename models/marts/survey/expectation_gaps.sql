-- one row per dimension or touchpoint (or all), period and unit: what was expected and found, and the gap (A11, A12)
select
    case when cut = 'dimension' then cut_value else 'all' end as dimension,
    case when cut = 'touchpoint' then cut_value else 'all' end as touchpoint,
    period_type, period_key, org_unit_id,
    base_count, expectation, expectation_low, expectation_high, perception, gap, gap_low as ci_low, gap_high as ci_high,
    below_share, met_share, above_share,
    importance_count, importance, importance_low, importance_high,
    state
from {{ ref('int_expectation_gaps') }}
where cut in ('all', 'dimension', 'touchpoint')
