-- one row per measure of customer answers, period or wave, unit or ancestor, slice and slice value: distinct persons who answered
with wanted as (
    select distinct measure, slices from {{ ref('metrics') }}
    where fact = 'fct_survey_answers' and privacy_class != 'operational'
),

answers as (
    select
        answers.*,
        dates.day_key,
        dates.week_key,
        dates.month_key,
        coalesce(paths.path_id, 'unknown') as path_id
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('dates') }} as dates on answers.date_day = dates.date_day
    left join {{ ref('int_org_unit_paths') }} as paths
        on answers.org_unit_id = paths.org_unit_id
            and paths.ancestor_id = 'all'
            and answers.date_day >= paths.valid_from and answers.date_day < paths.valid_to
),

sliced as (
    {% for slice, column in slices('fct_survey_answers').items() %}
    select
        '{{ slice }}' as slice, coalesce({{ column }}, 'unknown') as slice_value, person_key, is_pooled,
        wave_key, day_key, week_key, month_key, path_id
        {%- for measure in measures('fct_survey_answers') %}, {{ measure.name }}{% endfor %}
    from answers
    where exists (select 1 from wanted where {{ lists('wanted.slices', "'" ~ slice ~ "'") }})
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

measured as (
    {% for measure in measures('fct_survey_answers') %}
    select
        '{{ measure.name }}' as measure, sliced.slice, sliced.slice_value, sliced.person_key, sliced.is_pooled,
        sliced.wave_key, sliced.day_key, sliced.week_key, sliced.month_key, sliced.path_id
    from sliced
    inner join wanted on wanted.measure = '{{ measure.name }}' and {{ lists('wanted.slices', 'sliced.slice') }}
    where sliced.{{ measure.name }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

parts as (
    {% for part in ['day', 'week', 'month', 'wave'] %}
    select
        measure, '{{ part }}' as part_type, {{ part }}_key as part_key, path_id, slice, slice_value, person_key,
        count(*) as answer_count
    from measured
    where {{ part_filter(part, true) }}
    group by measure, {{ part }}_key, path_id, slice, slice_value, person_key
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    'fct_survey_answers' as fact,
    parts.measure,
    periods.period_type,
    periods.period_key,
    paths.ancestor_id as org_unit_id,
    parts.slice,
    parts.slice_value,
    -- Where the person is not known each answer stands for one.
    count(distinct parts.person_key)
    + cast(sum(case when parts.person_key is null then parts.answer_count else 0 end) as bigint) as person_count
from parts
inner join {{ ref('int_period_parts') }} as periods on parts.part_type = periods.part_type and parts.part_key = periods.part_key
inner join {{ ref('int_org_unit_paths') }} as paths on parts.path_id = paths.path_id
group by
    parts.measure, periods.period_type, periods.period_key, paths.ancestor_id, parts.slice, parts.slice_value
