-- one row per metric, comparison, period, unit and slice: the change, split into rate and mix effect (Kitagawa, C5)
{% set shown_columns = [
    'base_count', 'earlier_base_count', 'value', 'earlier_value', 'rate_effect', 'mix_effect', 'value_count'
] %}
{% set group = 'metric_id, comparison, period_type, period_key, earlier_key, org_unit_id, slice, state' %}
with added as (
    select
        {{ group }},
        max(total_base_count) as base_count,
        max(total_earlier_base_count) as earlier_base_count,
        max(total_value) as value,
        max(total_earlier_value) as earlier_value,
        {{ double('sum(rate_effect)') }} as rate_effect,
        {{ double('sum(mix_effect)') }} as mix_effect,
        cast(count(*) as bigint) as value_count,
        -- Changes of the values that were measured both times.
        min(value - earlier_value) as lowest_change,
        max(value - earlier_value) as highest_change,
        state in ('ok', 'low_base') as is_shown
    from {{ ref('int_change_part_values') }}
    group by {{ group }}
)

select
    metric_id, comparison, period_type, period_key, earlier_key, org_unit_id, slice,
    {% for column in shown_columns -%}
    case when is_shown then {{ column }} end as {{ column }},
    {% endfor -%}
    case when is_shown then value - earlier_value end as total_change,
    -- Simpson's paradox: no value moves the way of the total, and some move the other way.
    case
        when is_shown then coalesce(
            (lowest_change >= 0 and highest_change > 0 and value < earlier_value)
            or (highest_change <= 0 and lowest_change < 0 and value > earlier_value),
            false
        )
    end as sign_conflict,
    state
from added
