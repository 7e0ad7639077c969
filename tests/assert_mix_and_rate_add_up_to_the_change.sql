-- Changes whose rate and mix effects do not add up to them (C5), or whose parts do not add up to these effects.
-- Rows name the cell; they are a fault of the decomposition.
with parts as (
    select
        metric_id, comparison, period_type, period_key, org_unit_id, slice,
        sum(cast(rate_effect as decimal(38, 12))) as rate_effect,
        sum(cast(mix_effect as decimal(38, 12))) as mix_effect
    from {{ ref('change_part_values') }}
    group by metric_id, comparison, period_type, period_key, org_unit_id, slice
)

select
    whole.metric_id,
    whole.comparison,
    whole.period_type,
    whole.period_key,
    whole.org_unit_id,
    whole.slice,
    whole.total_change,
    whole.rate_effect,
    whole.mix_effect
from {{ ref('change_parts') }} as whole
left join parts
    on whole.metric_id = parts.metric_id
    and whole.comparison = parts.comparison
    and whole.period_type = parts.period_type
    and whole.period_key = parts.period_key
    and whole.org_unit_id = parts.org_unit_id
    and whole.slice = parts.slice
where
    abs(whole.total_change - whole.rate_effect - whole.mix_effect) > 1e-9
    or abs(whole.rate_effect - {{ double('parts.rate_effect') }}) > 1e-9
    or abs(whole.mix_effect - {{ double('parts.mix_effect') }}) > 1e-9
    or (whole.total_change is not null and parts.slice is null)
    or (whole.total_change is null and parts.slice is not null)
