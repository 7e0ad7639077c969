-- one row per measure of answers or responses, period, unit or ancestor, slice, slice value, programme and version
-- Only of programmes that have had several versions: mostly none.
{% for fact in ['fct_survey_answers', 'fct_survey_responses', 'fct_employee_answers'] %}
{% set answers = ref(fact) %}
(
    with wanted as (
        select distinct
            {{ base_of('measure', fact) }} as measure, slices
        from {{ ref('metrics') }}
        -- How many answered is comparable whatever they were asked.
        where fact = '{{ fact }}' and method != 'sum'
    ),

    changed as (
        select programme
        from {{ ref('stg_surveys') }}
        group by programme
        having count(distinct version) > 1
    ),

    answers as (
        select
            answers.*,
            dates.day_key, dates.week_key, dates.month_key,
            coalesce(paths.path_id, 'unknown') as path_id
        from {{ answers }} as answers
        inner join changed on answers.programme = changed.programme
        inner join {{ ref('dates') }} as dates on answers.date_day = dates.date_day
        left join {{ ref('int_org_unit_paths') }} as paths
            on answers.org_unit_id = paths.org_unit_id
            and paths.ancestor_id = 'all'
            and answers.date_day >= paths.valid_from and answers.date_day < paths.valid_to
    ),

    measured as (
        {{ cut_answers(fact, ['programme', 'questionnaire_version']) }}
    ),

    parts as (
        {% for part in ['day', 'week', 'month', 'wave'] %}
        select distinct
            measure, slice, slice_value, '{{ part }}' as part_type, {{ part }}_key as part_key, path_id,
            programme, questionnaire_version
        from measured
        where {{ part_filter(part, true) }}
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ),

    cells as (
        select distinct
            '{{ fact }}' as fact, parts.measure, periods.period_type, periods.period_key,
            paths.ancestor_id as org_unit_id, parts.slice, parts.slice_value, parts.programme,
            parts.questionnaire_version
        from parts
        inner join {{ ref('int_period_parts') }} as periods
            on parts.part_type = periods.part_type and parts.part_key = periods.part_key
        inner join {{ ref('int_org_unit_paths') }} as paths on parts.path_id = paths.path_id
    )

    {{ for_measures_of_a_base(
        'cells', [fact], 'period_type, period_key, org_unit_id, slice, slice_value, programme, questionnaire_version'
    ) }}
)
{% if not loop.last %}union all{% endif %}
{% endfor %}
