-- one row per metric, weighting, period, unit, slice and slice value: the figure, its components, interval, changes and target
{% set comparisons = {'': 'previous', 'year_ago_': 'year_ago'} %}
with estimates as (
    select
        estimates.*,
        metrics.definition_version,
        metrics.unit,
        metrics.factor,
        metrics.better,
        metrics.interval as interval_method,
        periods.period_start,
        periods.period_end,
        periods.is_complete,
        periods.previous_key,
        periods.year_ago_key,
        estimates.state like 'hidden%' as is_hidden,
        estimates.state in ('ok', 'low_base') and estimates.base_count > 0 as is_comparable
    from {{ ref('int_metric_estimates') }} as estimates
    inner join {{ ref('metrics') }} as metrics on estimates.metric_id = metrics.metric_id
    inner join {{ ref('periods') }} as periods
        on estimates.period_type = periods.period_type and estimates.period_key = periods.period_key
),

paired as (
    select
        now.*
        {%- for before in comparisons.values() %},
        {% for column in ['base_count', 'value_sum', 'denominator_sum', 'value', 'std_error', 'ci_low', 'ci_high', 'is_hidden'] -%}
        {{ before }}.{{ column }} as {{ before }}_{{ column }},
        {% endfor -%}
        coalesce(now.is_comparable and now.is_complete and {{ before }}.is_comparable, false) as {{ before }}_is_compared,
        {{ before }}_ratio.odds_low as {{ before }}_odds_low,
        {{ before }}_ratio.odds_high as {{ before }}_odds_high
        {%- endfor %}
    from estimates as now
    {%- for before in comparisons.values() %}
    left join estimates as {{ before }}
        on now.metric_id = {{ before }}.metric_id
            and now.weighting = {{ before }}.weighting
            and now.period_type = {{ before }}.period_type
            and now.{{ before }}_key = {{ before }}.period_key
            and now.org_unit_id = {{ before }}.org_unit_id
            and now.slice = {{ before }}.slice
            and now.slice_value = {{ before }}.slice_value
    left join {{ ref('int_rate_ratios') }} as {{ before }}_ratio
        on now.interval_method = 'poisson'
            and now.value_sum = {{ before }}_ratio.first_count and {{ before }}.value_sum = {{ before }}_ratio.second_count
    {%- endfor %}
),

spread as (
    select
        *
        {%- for before in comparisons.values() %},
        {{ squared_error(before) }} as {{ before }}_error2,
        {{ welch_inverse_df(before) }} as {{ before }}_inverse_df,
        {{ rate_ratio('low', before) }} as {{ before }}_ratio_low,
        {{ rate_ratio('high', before) }} as {{ before }}_ratio_high
        {%- endfor %}
    from paired
),

compared as (
    select
        *
        {%- for before in comparisons.values() %},
        {{ change_limit('low', before) }} as {{ before }}_low,
        {{ change_limit('high', before) }} as {{ before }}_high
        {%- endfor %}
    from spread
),

placed as (
    select
        compared.*,
        case when compared.org_unit_id = 'all' then 'all' else units.org_level end as org_level,
        case when compared.slice = 'all' then coalesce(own_targets.target, default_targets.target) end as target
    from compared
    left join {{ ref('org_units') }} as units
        on compared.org_unit_id = units.org_unit_id
            and units.valid_from < coalesce(compared.period_end, cast('9999-01-01' as date))
            and (units.valid_to is null or units.valid_to >= compared.period_end)
    left join {{ ref('int_targets') }} as own_targets
        on compared.metric_id = own_targets.metric_id and compared.org_unit_id = own_targets.org_unit_id
            and compared.period_end > own_targets.valid_from and compared.period_end <= own_targets.valid_to
    left join {{ ref('int_targets') }} as default_targets
        on compared.metric_id = default_targets.metric_id and default_targets.org_unit_id = 'default'
            and compared.period_end > default_targets.valid_from and compared.period_end <= default_targets.valid_to
)

select
    metric_id, definition_version, unit, cast(factor as decimal(18, 6)) as factor,
    period_type, period_key, period_start, period_end, is_complete,
    org_unit_id, org_level, slice, slice_value, weighting,
    {% for column in ['base_count', 'person_count', 'effective_base', 'value_sum', 'denominator_sum', 'value_sum_squares', 'weight_sum',
        'weight_sum_squares', 'weight2_value_sum', 'weight2_value_sum_squares', 'value', 'std_error', 'ci_low', 'ci_high'] -%}
    case when not is_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    interval_method,
    state,
    {%- for name, before in comparisons.items() %}
    case when not is_hidden and not {{ before }}_is_hidden then {{ before }}_value end as {{ before }}_value,
    case when {{ before }}_is_compared then value - {{ before }}_value end as {{ name }}change,
    case when {{ before }}_is_compared then {{ before }}_low end as {{ name }}change_low,
    case when {{ before }}_is_compared then {{ before }}_high end as {{ name }}change_high,
    {{ change_state(before) }} as {{ name }}change_state,
    {%- endfor %}
    target,
    case when is_complete and not is_hidden and target is not null then {{ target_state() }} end as target_state,
    {{ as_of() }} as data_through
from placed
