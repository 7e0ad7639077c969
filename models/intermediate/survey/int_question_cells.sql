-- one row per measure of answers that a benchmark may be about, period, unit and channel (or all): how it was asked
with wanted as (
    select distinct metrics.measure
    from {{ ref('stg_benchmarks') }} as benchmarks
    inner join {{ ref('metrics') }} as metrics
        on benchmarks.metric_id = metrics.metric_id and metrics.fact = 'fct_survey_answers'
),

stretches as (
    select distinct path_id, org_unit_id, valid_from, valid_to from {{ ref('int_org_unit_paths') }}
),

-- Days are first added to months, in which few ways of asking are left.
asked as (
    select
        answers.survey_id, answers.item_code, answers.scale, answers.channel, dates.month_key,
        {% for measure in measures('fct_survey_answers') -%}
        count({{ measure.name }}) as {{ measure.name }},
        {% endfor -%}
        coalesce(stretches.path_id, 'unknown') as path_id
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('dates') }} as dates on answers.date_day = dates.date_day
    left join stretches
        on answers.org_unit_id = stretches.org_unit_id
        and answers.date_day >= stretches.valid_from and answers.date_day < stretches.valid_to
    where answers.is_pooled
    group by
        answers.survey_id, answers.item_code, answers.scale, answers.channel, dates.month_key,
        coalesce(stretches.path_id, 'unknown')
),

measured as (
    {% for measure in measures('fct_survey_answers') -%}
    select '{{ measure.name }}' as measure, survey_id, item_code, scale, channel, month_key, path_id
    from asked
    where {{ measure.name }} > 0 and exists (select 1 from wanted where wanted.measure = '{{ measure.name }}')
    union all
    {% endfor -%}
    select null, null, null, null, null, null, null where false
),

ways as (
    select distinct
        measured.measure, periods.period_type, periods.period_key, paths.ancestor_id as org_unit_id,
        measured.scale, coalesce(measured.channel, 'unknown') as channel,
        lower(trim(items.item_text)) as wording, lower(trim(items.item_text_zh)) as wording_zh
    from measured
    inner join {{ ref('stg_survey_items') }} as items
        on measured.survey_id = items.survey_id and measured.item_code = items.item_code
    inner join {{ ref('int_period_parts') }} as periods
        on periods.part_type = 'month' and measured.month_key = periods.part_key
    inner join {{ ref('int_org_unit_paths') }} as paths on measured.path_id = paths.path_id
    where periods.period_type in ('month', 'quarter', 'half', 'year')
)

{% for slice, column in {'all': "'all'", 'channel': 'channel'}.items() %}
select
    measure, period_type, period_key, org_unit_id,
    '{{ slice }}' as slice,
    {{ column }} as slice_value,
    -- One word, or nothing where it was asked in several ways.
    case when min(scale) = max(scale) then min(scale) end as scale,
    case when min(wording) = max(wording) then min(wording) end as wording,
    case when min(wording_zh) = max(wording_zh) and count(wording_zh) = count(*) then min(wording_zh) end as wording_zh,
    case when min(channel) = max(channel) then min(channel) end as mode
from ways
group by measure, period_type, period_key, org_unit_id{% if slice == 'channel' %}, channel{% endif %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
