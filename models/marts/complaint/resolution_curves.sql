-- one row per period of receipt, unit or ancestor, slice, slice value and day since receipt on which anything happened
{% set cell = 'org_unit_id, slice, slice_value, period_type, period_key' %}
with days as (
    select
        {{ cell }},
        -- Day 3 holds what happened after two days and until three: times are exact, the grid is where they are read.
        cast(ceil({{ double('seconds') }} / 86400) as integer) as day,
        max(at_risk) as at_risk,
        cast(sum(resolved) as bigint) as resolved,
        cast(sum(withdrawn) as bigint) as withdrawn,
        cast(sum(censored) as bigint) as censored,
        min(share_open) as share_open,
        max(share_resolved) as share_resolved,
        max(share_withdrawn) as share_withdrawn,
        sqrt(max(open_squared_error)) as relative_error
    from {{ ref('int_resolution_steps') }}
    where period_type in ('month', 'quarter', 'year') and seconds <= 365 * 86400
    group by {{ cell }}, ceil({{ double('seconds') }} / 86400)
)

select
    {{ cell }}, day, at_risk, resolved, withdrawn, censored,
    share_open,
    {{ log_log('low', 'share_open', 'relative_error') }} as ci_low,
    {{ log_log('high', 'share_open', 'relative_error') }} as ci_high,
    share_resolved, share_withdrawn
from days
