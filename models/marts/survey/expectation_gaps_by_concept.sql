-- one row per module or concept (or all), period and unit: what was expected, what was found, and the gap (A11, A12)
select
    case when cut = 'module' then cut_value else 'all' end as module,
    case when cut = 'concept' then cut_value else 'all' end as concept,
    period_type, period_key, org_unit_id,
    base_count, expectation, expectation_low, expectation_high, perception, gap, gap_low as ci_low, gap_high as ci_high,
    below_share, met_share, above_share,
    importance_count, importance, importance_low, importance_high,
    state
from {{ ref('int_expectation_gaps') }}
where cut in ('module', 'concept')
