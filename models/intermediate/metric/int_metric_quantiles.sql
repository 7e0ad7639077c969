-- one row per quantile or Kaplan-Meier metric, period, unit or ancestor, slice and slice value: figure and limits
{% set cell = 'wanted.metric_id, measured.period_type, measured.period_key, measured.org_unit_id, '
    ~ 'measured.slice, measured.slice_value' %}
with measured as (
    select * from {{ ref('int_contact_histogram_periods') }}
    union all
    select * from {{ ref('int_survey_histogram_periods') }}
),

wanted as (
    select
        metric_id, fact, measure, periods, slices,
        case method when 'median' then 0.5 when 'p90' then 0.9 when 'p95' then 0.95 end as quantile
    from {{ ref('metrics') }}
    where method in ('median', 'p90', 'p95')
),

counted as (
    select
        wanted.metric_id, wanted.quantile,
        measured.*,
        sum(measured.value_count) over (
            partition by {{ cell }}
            order by measured.whole_value
        ) as cumulative_count,
        sum(measured.value_count) over (partition by {{ cell }}) as base_count
    from measured
    inner join wanted
        on measured.fact = wanted.fact
        and measured.measure = wanted.measure
        and {{ lists('wanted.periods', 'measured.period_type') }}
        and {{ lists('wanted.slices', 'measured.slice') }}
),

ranked as (
    select
        counted.*,
        case when counted.base_count <= 300 then ranks.low_rank else {{ order_rank('low') }} end as low_rank,
        case when counted.base_count <= 300 then ranks.high_rank else {{ order_rank('high') }} end as high_rank
    from counted
    left join {{ ref('order_ranks') }} as ranks
        on counted.base_count = ranks.n and counted.quantile = ranks.quantile
)

select
    metric_id, period_type, period_key, org_unit_id, slice, slice_value,
    min(case when cumulative_count >= quantile * base_count then whole_value end) as quantile_value,
    min(case when cumulative_count >= low_rank then whole_value end) as ci_low,
    min(case when cumulative_count >= high_rank then whole_value end) as ci_high,
    {{ double('null') }} as std_error
from ranked
group by metric_id, period_type, period_key, org_unit_id, slice, slice_value
union all
select
    metric_id, period_type, period_key, org_unit_id, slice, slice_value, quantile_value, ci_low, ci_high, std_error
from {{ ref('int_resolution_figures') }}
