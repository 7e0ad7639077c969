-- Days of a resolution curve on which the watched are not those of the row before less who left in it, or whose shares
-- of open, resolved and withdrawn complaints are not one whole, or lie outside their limits.
-- Rows name the curve and the day; they are a fault of the models.
with days as (
    select
        *,
        lag(at_risk - resolved - withdrawn - censored) over (
            partition by org_unit_id, slice, slice_value, period_type, period_key order by day
        ) as expected_at_risk
    from {{ ref('resolution_curves') }}
)

select
    org_unit_id,
    slice,
    slice_value,
    period_type,
    period_key,
    day,
    at_risk,
    expected_at_risk
from days
where
    at_risk != coalesce(expected_at_risk, at_risk)
    or (day = 0) != (expected_at_risk is null)
    or abs(share_open + share_resolved + share_withdrawn - 1) > 1e-9
    or share_open < 0
    or share_resolved < 0
    or share_withdrawn < 0
    or ci_low > share_open
    or ci_high < share_open
