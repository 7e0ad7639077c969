-- one row per benchmark and unit, of all answers and of its mode of survey: the metric among its percentiles (J5)
with starts as (
    select
        *,
        lead(period_start) over (partition by metric_id, industry order by period_start) as next_start,
        lag(period_start) over (partition by metric_id, industry order by period_start) as last_start
    from {{ ref('stg_benchmarks') }}
),

-- A benchmark says when its period starts; how long it is, its distance to the next one or else from the last one says.
days as (
    select
        *,
        case
            when next_start is not null then {{ dbt.datediff('period_start', 'next_start', 'day') }}
            when last_start is not null then {{ dbt.datediff('last_start', 'period_start', 'day') }}
            else 366
        end as day_count
    from starts
),

benchmarks as (
    select
        *,
        case
            when day_count <= 31 then 'month'
            when day_count <= 92 then 'quarter'
            when day_count <= 184 then 'half'
            else 'year'
        end as period_type
    from days
),

estimates as (
    select * from {{ ref('int_metric_estimates') }}
    where weighting = 'none' and state != 'not_measured' and slice in ('all', 'channel')
),

compared as (
    select
        benchmarks.metric_id, benchmarks.industry, estimates.period_type, estimates.period_key, estimates.is_complete,
        estimates.org_unit_id, estimates.slice, estimates.slice_value, benchmarks.source,
        {% for percent in ['25', '50', '75'] -%}
        {{ double('benchmarks.percentile_' ~ percent) }} as percentile_{{ percent }},
        {% endfor -%}
        estimates.is_hidden,
        case when not estimates.is_hidden then estimates.base_count end as base_count,
        case when not estimates.is_hidden then estimates.value end as value,
        case when not estimates.is_hidden then estimates.ci_low end as ci_low,
        case when not estimates.is_hidden then estimates.ci_high end as ci_high,
        case
            when estimates.is_hidden then 'hidden_small'
            when
                benchmarks.percentile_25 is null or benchmarks.percentile_50 is null
                or benchmarks.percentile_75 is null then 'no_percentiles'
            -- What is not asked in a survey has no scale, wording or mode that could differ.
            when estimates.fact not in ('fct_survey_answers', 'fct_employee_answers') then null
            when not coalesce(benchmarks.scale = asked.scale, false) then 'other_scale'
            when
                not coalesce(lower(trim(benchmarks.wording)) = asked.wording, false)
                and not coalesce(lower(trim(benchmarks.wording)) = asked.wording_zh, false) then 'other_wording'
            when not coalesce(benchmarks.mode = asked.mode, false) then 'other_mode'
        end as reason
    from benchmarks
    inner join estimates
        on benchmarks.metric_id = estimates.metric_id
        and benchmarks.period_type = estimates.period_type
        and benchmarks.period_start = estimates.period_start
        and (estimates.slice = 'all' or estimates.slice_value = benchmarks.mode)
    left join {{ ref('int_question_cells') }} as asked
        on estimates.fact = 'fct_survey_answers' and estimates.measure = asked.measure
        and estimates.period_type = asked.period_type and estimates.period_key = asked.period_key
        and estimates.org_unit_id = asked.org_unit_id
        and estimates.slice = asked.slice and estimates.slice_value = asked.slice_value
)

select
    metric_id, industry, period_type, period_key, is_complete, org_unit_id, slice, slice_value, source, percentile_25,
    percentile_50, percentile_75, base_count, value, ci_low, ci_high,
    case when reason is null then {{ benchmark_band('value') }} else 'not_comparable' end as band,
    case when reason is null then {{ benchmark_band('ci_low') }} end as band_low,
    case when reason is null then {{ benchmark_band('ci_high') }} end as band_high,
    reason
from compared
