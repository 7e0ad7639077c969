-- one row per metric, weighting, period, unit, slice and slice value that metric_values has: its exact sums
with metrics as (
    select * from {{ ref('metrics') }}
    -- A rate of what was never delivered has no row (rule 5).
    where method != 'rate' or denominator in (
        select concat(fact, '.', measure) from {{ ref('int_measure_spans') }} where first_day is not null
    )
),

measure_sums as (
    {% for subject in [
        'contact', 'complaint', 'complaint_milestone', 'employee_month', 'customer_month', 'corrective_action', 'inspection',
        'inspected_contact',
    ] -%}
    {{ melt_sums('int_' ~ subject ~ '_periods', 'fct_' ~ subject ~ 's') }} union all
    {% endfor -%}
    {{ melt_sums('int_survey_answer_periods', 'fct_survey_answers', is_survey=true) }}
    union all {{ melt_sums('int_survey_response_periods', 'fct_survey_responses', is_survey=true) }}
    union all {{ melt_sums('int_recovery_periods', 'recovery_queue', is_survey=true) }}
    union all {{ melt_sums('int_survey_invitation_periods', 'fct_survey_invitations') }}
    union all {{ melt_sums('int_employee_answer_periods', 'fct_employee_answers', is_survey=true) }}
    union all {{ melt_sums('int_complaint_recovery_periods', 'fct_complaint_recoveries') }}
    {% for rows, (fact, base, sum) in {
        'int_counted_sums': ('fact', 'base_count', 'value_sum'),
        'int_headcount_periods': ("'fct_employee_months'", 'base_count', 'value_sum'),
        'int_survey_persons': ('fact', 'person_count', 'cast(person_count as decimal(38, 12))'),
    }.items() -%}
    union all
    select
        {{ fact }}, measure, 'none', period_type, period_key, org_unit_id, slice, slice_value,
        {{ base }}, {{ sum }}, {{ sum }}, null, null, null, null
    from {{ ref(rows) }}
    {% if base == 'person_count' %}where measure = 'customers'{% endif %}
    {% endfor %}
),

-- Rule 5: the periods from a metric's first to its last fact date; waves only where it was measured.
due as (
    select
        metrics.metric_id, {{ lists('metrics.slices', "'all'") }} as is_whole,
        periods.period_type, periods.period_key, periods.period_start, periods.period_end
    from metrics
    inner join {{ ref('int_measure_spans') }} as spans on metrics.fact = spans.fact and metrics.measure = spans.measure
    inner join {{ ref('periods') }} as periods
        on {{ lists('metrics.periods', 'periods.period_type') }}
        and (
            periods.period_type = 'wave'
            or (periods.period_start <= spans.last_day and periods.period_end > spans.first_day)
        )
    where
        periods.period_type != 'wave'
        or exists (
            select 1 from measure_sums as measured
            where
                measured.fact = metrics.fact and measured.measure = metrics.measure
                and measured.period_type = periods.period_type and measured.period_key = periods.period_key
                and measured.org_unit_id = 'all' and measured.slice = 'all'
        )
),

-- What exists whether anything was measured or not.
grid as (
    select due.metric_id, due.period_type, due.period_key, units.org_unit_id
    from due
    inner join {{ ref('int_open_units') }} as units
        on due.is_whole
        and (due.period_end is null or due.period_end > units.open_from)
        and due.period_start < units.open_to
),

{% set components = ['value_sum', 'value_sum_squares', 'weight_sum', 'weight_sum_squares', 'weight2_value_sum',
    'weight2_value_sum_squares'] -%}
parts as (
    select
        metrics.metric_id, measured.weighting, measured.period_type, measured.period_key, measured.org_unit_id,
        measured.slice, measured.slice_value,
        case when metrics.method != 'rate' then measured.base_count end as base_count,
        {% for component in components -%}
        measured.{{ component }},
        {% endfor -%}
        cast(null as decimal(38, 12)) as rate_denominator,
        0 as is_due
    from metrics
    inner join measure_sums as measured
        on metrics.fact = measured.fact and metrics.measure = measured.measure
        and {{ is_published('metrics', 'measured') }}
    union all
    select
        metrics.metric_id, measured.weighting, measured.period_type, measured.period_key, measured.org_unit_id,
        measured.slice, measured.slice_value, measured.base_count,
        0, 0, {% for component in components[2:] %}null, {% endfor %} measured.value_sum, 0
    from metrics
    inner join measure_sums as measured
        on metrics.denominator = concat(measured.fact, '.', measured.measure)
        and {{ is_published('metrics', 'measured') }}
    where
        metrics.method = 'rate'
        and exists (
            select 1 from due
            where
                due.metric_id = metrics.metric_id
                and due.period_type = measured.period_type and due.period_key = measured.period_key
        )
    union all
    select
        metric_id, 'none', period_type, period_key, org_unit_id, 'all', 'all', 0,
        0, 0, {% for component in components[2:] %}null, {% endfor %} null, 1
    from grid
)

select
    metric_id, weighting, period_type, period_key, org_unit_id, slice, slice_value,
    coalesce(cast(sum(base_count) as bigint), 0) as base_count,
    {% for component in components %}sum({{ component }}) as {{ component }},
    {% endfor %}sum(rate_denominator) as rate_denominator
from parts
group by metric_id, weighting, period_type, period_key, org_unit_id, slice, slice_value
-- Beyond the grid, only where something was measured.
having max(is_due) = 1 or coalesce(sum(base_count), 0) > 0
