-- one row per survey, quarter or wave, metric and weighting (none, raked): value, error and limits
{% set metrics = {'csat_score': 'overall_score', 'csat_top2_share': 'overall_top2', 'nps': 'promoter_points'} -%}
{% set wx = 'cast(w * x as decimal(19, 12))' -%}
with answers as (
    {% for metric, measure in metrics.items() %}
    select
        responses.survey_id, responses.period_type, responses.period_key, '{{ metric }}' as metric_id,
        answers.person_key, cast(answers.{{ measure }} as decimal(19, 6)) as x, weights.weight as w
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('int_raking_responses') }} as responses on answers.response_id = responses.response_id
    left join {{ ref('int_raking_weights') }} as weights
        on responses.survey_id = weights.survey_id
        and responses.period_type = weights.period_type and responses.period_key = weights.period_key
        and responses.tier = weights.tier and responses.site = weights.site and responses.channel = weights.channel
    where answers.{{ measure }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

added as (
    select
        survey_id, period_type, period_key, metric_id,
        count(*) as base_count,
        count(distinct person_key) + count(*) - count(person_key) as person_count,
        sum(x) as plain_sum,
        sum(cast(x * x as decimal(38, 12))) as plain_sum_squares,
        sum(w) as weight_sum,
        sum(cast(w * w as decimal(38, 12))) as weight_sum_squares,
        sum({{ wx }}) as weighted_sum,
        sum(cast({{ wx }} * x as decimal(38, 12))) as weighted_sum_squares,
        sum(cast({{ wx }} * w as decimal(38, 12))) as weight2_value_sum,
        sum(cast({{ wx }} * {{ wx }} as decimal(38, 12))) as weight2_value_sum_squares
    from answers
    group by survey_id, period_type, period_key, metric_id
),

weighted as (
    select
        added.*, 'none' as weighting,
        {{ double('plain_sum') }} as x, {{ double('plain_sum_squares') }} as xx,
        {{ double('null') }} as w, {{ double('null') }} as ww
    from added
    union all
    select
        added.*, 'raked',
        {{ double('weighted_sum') }}, {{ double('weighted_sum_squares') }},
        {{ double('weight_sum') }}, {{ double('weight_sum_squares') }}
    from added
    where weight_sum > 0
),

means as (
    select
        *,
        {{ double('base_count') }} as answers,
        x / coalesce(w, base_count) as mean,
        xx / coalesce(w, base_count) as mean_of_squares,
        coalesce(w * w / ww, base_count) as n
    from weighted
),

errors as (
    select
        *,
        case metric_id
            when 'csat_top2_share' then sqrt(greatest(mean * (1 - mean), 0) / n)
            when 'nps' then sqrt(greatest(mean_of_squares - mean * mean, 0) / n)
            else case when answers > 1 then {{ mean_error() }} end
        end as standard_error,
        1 / nullif(answers - 1, 0) as inverse_df,
        (mean_of_squares / 10000 + mean / 100) / 2 as promoters,
        (mean_of_squares / 10000 - mean / 100) / 2 as detractors
    from means
)

select
    survey_id, period_type, period_key, metric_id, weighting, base_count, person_count,
    n as effective_base,
    case metric_id when 'csat_top2_share' then 100 else 1 end * mean as value,
    case metric_id when 'csat_top2_share' then 100 else 1 end * standard_error as std_error,
    {% for side, sign in {'low': '-', 'high': '+'}.items() -%}
    case metric_id
        when 'csat_top2_share' then 100 * ({{ wilson(side, 'mean', 'n') }})
        when 'nps' then 100 * ({{ adjusted_wald(side, 'promoters', 'detractors', 'n') }})
        else mean {{ sign }} {{ t_quantile('inverse_df') }} * standard_error
    end as ci_{{ side }}{% if not loop.last %},{% endif %}
    {% endfor -%}
from errors
