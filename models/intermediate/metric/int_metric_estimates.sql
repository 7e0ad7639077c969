-- one row per metric, weighting, period, unit, slice and slice value: value, standard error, 95% interval and state
with sums as (
    select
        sums.*,
        metrics.fact, metrics.measure, metrics.definition_version, metrics.unit, metrics.better, metrics.factor,
        metrics.method, metrics.interval as interval_method, metrics.privacy_class,
        periods.period_start, periods.period_end, periods.is_complete, periods.previous_key, periods.year_ago_key,
        case when sums.org_unit_id = 'all' then 'all' else units.org_level end as org_level,
        coalesce(persons.person_count, sums.base_count) as person_count,
        {{ double('case when metrics.method = \'rate\' then coalesce(sums.rate_denominator, 0)
            when metrics.method = \'mean\' then coalesce(sums.weight_sum, sums.base_count) end') }} as denominator,
        {{ double('sums.value_sum') }} as x, {{ double('sums.value_sum_squares') }} as xx,
        {{ double('sums.weight_sum') }} as w, {{ double('sums.weight_sum_squares') }} as ww,
        {{ double('sums.base_count') }} as answers,
        quantiles.quantile_value, quantiles.std_error as quantile_error,
        quantiles.ci_low as quantile_low, quantiles.ci_high as quantile_high
    from {{ ref('int_metric_sums') }} as sums
    inner join {{ ref('metrics') }} as metrics on sums.metric_id = metrics.metric_id
    inner join {{ ref('periods') }} as periods
        on sums.period_type = periods.period_type and sums.period_key = periods.period_key
    left join {{ ref('int_unit_levels') }} as units
        on sums.org_unit_id = units.org_unit_id
        and units.valid_from <= {{ last_known_day('periods') }} and units.valid_to > {{ last_known_day('periods') }}
    left join {{ ref('int_metric_quantiles') }} as quantiles
        on sums.metric_id = quantiles.metric_id
        and sums.period_type = quantiles.period_type and sums.period_key = quantiles.period_key
        and sums.org_unit_id = quantiles.org_unit_id
        and sums.slice = quantiles.slice and sums.slice_value = quantiles.slice_value
    left join {{ ref('int_survey_persons') }} as persons
        on metrics.fact = persons.fact and metrics.measure = persons.measure
        and metrics.privacy_class != 'operational'
        and sums.period_type = persons.period_type and sums.period_key = persons.period_key
        and sums.org_unit_id = persons.org_unit_id
        and sums.slice = persons.slice and sums.slice_value = persons.slice_value
),

means as (
    select
        *,
        case
            when method = 'rate' then x / nullif(denominator, 0)
            -- The twelve digits of the sums: equal means stay equal, whatever their sums.
            else {{ double('cast(x / nullif(denominator, 0) as decimal(38, 12))') }}
        end as mean,
        xx / nullif(denominator, 0) as mean_of_squares,
        w * w / nullif(ww, 0) as effective_base,
        coalesce(w * w / nullif(ww, 0), nullif(answers, 0)) as n
    from sums
),

errors as (
    select
        *,
        1 / nullif(answers - 1, 0) as inverse_df,
        -- Promoters and detractors per answer, from the net and its square of a measure of +100, 0, -100.
        (mean_of_squares / 10000 + mean / 100) / 2 as promoters,
        (mean_of_squares / 10000 - mean / 100) / 2 as detractors,
        case
            when interval_method = 'km' then quantile_error
            when mean is null then null
            when interval_method = 'wilson' then sqrt(greatest(mean * (1 - mean), 0) / n)
            when interval_method = 'adjusted_wald' then sqrt(greatest(mean_of_squares - mean * mean, 0) / n)
            when interval_method = 'poisson' then sqrt(x) / nullif(denominator, 0)
            when interval_method = 't' and answers > 1 then {{ mean_error() }}
        end as standard_error
    from means
),

limits as (
    select
        *,
        case
            when method in ('sum', 'stock') then x
            when method in ('mean', 'rate') then mean
            else quantile_value
        end as plain_value,
        {{ is_small_group('person_count', 'privacy_class') }} as is_hidden,
        case interval_method
            when 'wilson' then {{ wilson('low', 'mean', 'n') }}
            when 'adjusted_wald' then 100 * ({{ adjusted_wald('low', 'promoters', 'detractors', 'n') }})
            when 't' then mean - {{ t_quantile('inverse_df') }} * standard_error
            when 'poisson' then {{ poisson_low('x') }} / nullif(denominator, 0)
            when 'order' then quantile_low when 'km' then quantile_low
        end as low,
        case interval_method
            when 'wilson' then {{ wilson('high', 'mean', 'n') }}
            when 'adjusted_wald' then 100 * ({{ adjusted_wald('high', 'promoters', 'detractors', 'n') }})
            when 't' then mean + {{ t_quantile('inverse_df') }} * standard_error
            when 'poisson' then {{ poisson_high('x') }} / nullif(denominator, 0)
            when 'order' then quantile_high when 'km' then quantile_high
        end as high
    from errors
),

judged as (
    select
        *,
        case
            -- Few persons whose weights are 0, or who came and left within a month, give no value and stay hidden.
            when plain_value is null then 'not_measured'
            when is_hidden then 'hidden_small'
            when base_count < {{ var('low_base') }} and method not in ('sum', 'stock') then 'low_base'
            else 'ok'
        end as state
    from limits
)

select
    metric_id, fact, measure, definition_version, unit, better, factor, interval_method, period_type, period_key,
    period_start, period_end, is_complete, previous_key, year_ago_key,
    org_unit_id, org_level, slice, slice_value, weighting, base_count,
    case when privacy_class != 'operational' then person_count end as person_count,
    effective_base, value_sum,
    cast(case
        when method = 'rate' then coalesce(rate_denominator, 0)
        when method = 'mean' then coalesce(weight_sum, base_count)
    end as decimal(38, 12)) as denominator_sum,
    value_sum_squares, weight_sum, weight_sum_squares, weight2_value_sum, weight2_value_sum_squares,
    {{ double('factor') }} * plain_value as value,
    {{ double('factor') }} * standard_error as std_error,
    {{ double('factor') }} * low as ci_low,
    {{ double('factor') }} * high as ci_high,
    state, is_hidden, state in ('ok', 'low_base') and base_count > 0 as is_comparable
from judged
