-- one row per metric, weighting, period, unit, slice and slice value that metric_values has: its exact sums
with metrics as (
    select * from {{ ref('metrics') }}
),

measure_sums as (
    {{ melt_sums('int_contact_periods', 'fct_contacts') }}
    union all {{ melt_sums('int_complaint_periods', 'fct_complaints') }}
    union all {{ melt_sums('int_survey_answer_periods', 'fct_survey_answers', is_survey=true) }}
    union all {{ melt_sums('int_survey_response_periods', 'fct_survey_responses', is_survey=true) }}
    union all {{ melt_sums('int_employee_answer_periods', 'fct_employee_answers', is_survey=true) }}
    union all {{ melt_sums('int_employee_month_periods', 'fct_employee_months') }}
    union all
    select
        'fct_employee_months', measure, 'none', period_type, period_key, org_unit_id, slice, slice_value,
        base_count, value_sum, null, null, null, null, null
    from {{ ref('int_headcount_periods') }}
),

cells as (
    select
        metrics.metric_id,
        metrics.fact,
        metrics.measure,
        metrics.method,
        metrics.denominator,
        period_types.code as period_type,
        slices.code as slice,
        weightings.code as weighting
    from metrics
    inner join {{ ref('labels') }} as period_types
        on period_types.kind = 'period_type' and {{ lists('metrics.periods', 'period_types.code') }}
    inner join {{ ref('labels') }} as slices on slices.kind = 'slice' and {{ lists('metrics.slices', 'slices.code') }}
    inner join {{ ref('labels') }} as weightings
        on weightings.kind = 'weighting' and {{ lists('metrics.weightings', 'weightings.code') }}
),

units as (
    select
        org_unit_id,
        min(valid_from) as first_valid,
        max(opened_on) as opened_on,
        max(closed_on) as closed_on
    from {{ ref('org_units') }}
    group by org_unit_id
    union all
    select
        'all' as org_unit_id,
        cast('1900-01-01' as date) as first_valid,
        null as opened_on,
        null as closed_on
),

-- Rule 5: what exists whether anything was measured or not.
grid as (
    select cells.metric_id, periods.period_type, periods.period_key, units.org_unit_id
    from cells
    inner join {{ ref('int_measure_spans') }} as spans on cells.fact = spans.fact and cells.measure = spans.measure
    inner join {{ ref('periods') }} as periods
        on cells.period_type = periods.period_type
        and periods.period_start <= spans.last_day and periods.period_end > spans.first_day
    inner join units
        on periods.period_end > units.first_valid
        and (units.opened_on is null or units.opened_on < periods.period_end)
        and (units.closed_on is null or units.closed_on >= periods.period_start)
    where cells.slice = 'all' and cells.weighting = 'none' and cells.period_type != 'wave'
    union all
    select cells.metric_id, periods.period_type, periods.period_key, units.org_unit_id
    from cells
    inner join measure_sums as measured
        on cells.fact = measured.fact and cells.measure = measured.measure and cells.period_type = measured.period_type
        and cells.period_type = 'wave' and measured.org_unit_id = 'all'
        and measured.slice = 'all' and measured.weighting = 'none'
    inner join {{ ref('periods') }} as periods
        on measured.period_type = periods.period_type and measured.period_key = periods.period_key
    inner join units
        on (periods.period_end is null or periods.period_end > units.first_valid)
        and (units.opened_on is null or periods.period_end is null or units.opened_on < periods.period_end)
        and (units.closed_on is null or units.closed_on >= periods.period_start)
    where cells.slice = 'all' and cells.weighting = 'none'
),

{% set components = [
    'value_sum', 'value_sum_squares', 'weight_sum', 'weight_sum_squares', 'weight2_value_sum', 'weight2_value_sum_squares'
] -%}
parts as (
    select
        cells.metric_id, measured.weighting, measured.period_type, measured.period_key, measured.org_unit_id,
        measured.slice, measured.slice_value,
        case when cells.method != 'rate' then measured.base_count end as base_count,
        {% for component in components -%}
        measured.{{ component }},
        {% endfor -%}
        cast(null as decimal(38, 12)) as rate_denominator
    from cells
    inner join measure_sums as measured
        on cells.fact = measured.fact and cells.measure = measured.measure and cells.period_type = measured.period_type
        and cells.slice = measured.slice and cells.weighting = measured.weighting
    union all
    select
        cells.metric_id, measured.weighting, measured.period_type, measured.period_key, measured.org_unit_id,
        measured.slice, measured.slice_value, measured.base_count,
        0, {% for component in components[1:] %}null, {% endfor %} measured.value_sum
    from cells
    inner join measure_sums as measured
        on cells.denominator = concat(measured.fact, '.', measured.measure) and cells.period_type = measured.period_type
        and cells.slice = measured.slice and cells.weighting = measured.weighting
    where cells.method = 'rate'
    union all
    select
        metric_id, 'none', period_type, period_key, org_unit_id, 'all', 'all', 0,
        0, {% for component in components[1:] %}null, {% endfor %} null
    from grid
)

select
    metric_id,
    weighting,
    period_type,
    period_key,
    org_unit_id,
    slice,
    slice_value,
    coalesce(cast(sum(base_count) as bigint), 0) as base_count,
    {% for component in components %}sum({{ component }}) as {{ component }},
    {% endfor %}sum(rate_denominator) as rate_denominator
from parts
group by metric_id, weighting, period_type, period_key, org_unit_id, slice, slice_value
-- Beyond `all`, only where something was measured.
having slice = 'all' or coalesce(sum(base_count), 0) > 0
