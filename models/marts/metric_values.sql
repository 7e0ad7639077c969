-- one row per metric, weighting, period, unit, slice and slice value: the figure, its components, changes and target
{% set comparisons = {'': 'previous', 'year_ago_': 'year_ago'} %}
{% set compared_columns = ['base_count', 'value_sum', 'denominator_sum', 'value', 'std_error', 'ci_low', 'ci_high'] %}
{% set shown_columns = [
    'base_count', 'person_count', 'effective_base', 'value_sum', 'denominator_sum', 'value_sum_squares',
    'weight_sum', 'weight_sum_squares', 'weight2_value_sum', 'weight2_value_sum_squares',
    'value', 'std_error', 'ci_low', 'ci_high'
] %}
with estimates as (
    select * from {{ ref('int_metric_estimates') }}
),

-- What may be seen of an earlier period.
seen as (
    select
        metric_id, weighting, period_type, period_key, org_unit_id, slice, slice_value, is_comparable,
        {{ compared_columns | join(', ') }}
    from estimates
    where value is not null and not is_hidden
),

paired as (
    select
        {% for before in comparisons.values() -%}
        {% for column in compared_columns -%}
        {{ before }}.{{ column }} as {{ before }}_{{ column }},
        {% endfor -%}
        coalesce(now.is_comparable and now.is_complete and {{ before }}.is_comparable, false)
        and {{ before }}_break.fact is null as {{ before }}_is_compared,
        {{ before }}_ratio.odds_low as {{ before }}_odds_low,
        {{ before }}_ratio.odds_high as {{ before }}_odds_high,
        {% endfor -%}
        now.*
    from estimates as now
    {% for before in comparisons.values() -%}
    left join seen as {{ before }}
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
    left join {{ ref('int_version_breaks') }} as {{ before }}_break
        on now.fact = {{ before }}_break.fact
        and now.measure = {{ before }}_break.measure
        and {{ before }}_break.comparison = '{{ before }}'
        and now.period_type = {{ before }}_break.period_type
        and now.period_key = {{ before }}_break.period_key
        and now.org_unit_id = {{ before }}_break.org_unit_id
        and now.slice = {{ before }}_break.slice
        and now.slice_value = {{ before }}_break.slice_value
    {% endfor %}
),

spread as (
    select
        {% for before in comparisons.values() -%}
        {{ squared_error(before) }} as {{ before }}_error2,
        {{ welch_inverse_df(before) }} as {{ before }}_inverse_df,
        {{ rate_ratio('low', before) }} as {{ before }}_ratio_low,
        {{ rate_ratio('high', before) }} as {{ before }}_ratio_high,
        {% endfor -%}
        paired.*
    from paired
),

compared as (
    select
        {% for before in comparisons.values() -%}
        {{ change_limit('low', before) }} as {{ before }}_low,
        {{ change_limit('high', before) }} as {{ before }}_high,
        {% endfor -%}
        spread.*
    from spread
),

placed as (
    select
        compared.*,
        coalesce(own_targets.target, default_targets.target) as target
    from compared
    left join {{ ref('int_targets') }} as own_targets
        on compared.metric_id = own_targets.metric_id and compared.org_unit_id = own_targets.org_unit_id
        and compared.slice = 'all' and not compared.is_hidden
        and compared.period_end > own_targets.valid_from and compared.period_end <= own_targets.valid_to
    left join {{ ref('int_targets') }} as default_targets
        on compared.metric_id = default_targets.metric_id and default_targets.org_unit_id = 'default'
        and compared.slice = 'all' and not compared.is_hidden
        and compared.period_end > default_targets.valid_from and compared.period_end <= default_targets.valid_to
)

select
    metric_id, definition_version, unit, cast(factor as decimal(18, 6)) as factor,
    period_type, period_key, period_start, period_end, is_complete,
    org_unit_id, org_level, slice, slice_value, weighting,
    {% for column in shown_columns -%}
    case when not is_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    case when state in ('ok', 'low_base') then interval_method end as interval_method,
    state,
    {% for name, before in comparisons.items() -%}
    case when not is_hidden then {{ before }}_value end as {{ before }}_value,
    case when {{ before }}_is_compared then value - {{ before }}_value end as {{ name }}change,
    case when {{ before }}_is_compared then {{ before }}_low end as {{ name }}change_low,
    case when {{ before }}_is_compared then {{ before }}_high end as {{ name }}change_high,
    {{ change_state(before) }} as {{ name }}change_state,
    {% endfor -%}
    target,
    case when is_complete and target is not null then {{ target_state() }} end as target_state,
    {{ as_of() }} as data_through
from placed
