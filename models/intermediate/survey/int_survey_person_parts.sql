-- one row per fact and measure of customers' answers, slice, its value, part (day, week, month, wave), path and person
{% for fact in ['fct_survey_answers', 'fct_survey_responses', 'recovery_queue', 'fct_complaint_recoveries'] %}
{% set answers = ref(fact) %}
(
    with wanted as (
        select distinct
            {{ base_of('measure', fact) }} as measure, slices
        from {{ ref('metrics') }}
        where fact = '{{ fact }}' and privacy_class != 'operational'
    ),

    persons as (
        select person_key, row_number() over (order by person_key) as person_number
        from (select distinct person_key from {{ answers }} where person_key is not null) as keys
    ),

    answers as (
        select
            answers.*,
            {% if fact == 'fct_complaint_recoveries' -%}
            true as is_pooled,
            cast(null as {{ dbt.type_string() }}) as wave_key,
            {% endif -%}
            persons.person_number, dates.day_key, dates.week_key, dates.month_key,
            coalesce(paths.path_id, 'unknown') as path_id
        from {{ answers }} as answers
        inner join {{ ref('dates') }} as dates on answers.date_day = dates.date_day
        left join persons on answers.person_key = persons.person_key
        left join {{ ref('int_org_unit_paths') }} as paths
            on answers.org_unit_id = paths.org_unit_id
            and paths.ancestor_id = 'all'
            and answers.date_day >= paths.valid_from and answers.date_day < paths.valid_to
    ),

    measured as (
        {{ cut_answers(fact, ['person_number']) }}
    )

    {% for part in ['day', 'week', 'month', 'wave'] %}
    select
        '{{ fact }}' as fact, measure, slice, slice_value, '{{ part }}' as part_type, {{ part }}_key as part_key,
        path_id, person_number, count(*) as answer_count
    from measured
    where {{ part_filter(part, true) }}
    group by measure, slice, slice_value, {{ part }}_key, path_id, person_number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)
{% if not loop.last %}union all{% endif %}
{% endfor %}
