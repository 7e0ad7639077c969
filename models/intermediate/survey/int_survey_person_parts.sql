-- one row per measure of customer answers, slice, slice value, part (day, week, month, wave), path and person
with wanted as (
    select distinct measure, slices from {{ ref('metrics') }}
    where fact = 'fct_survey_answers' and privacy_class != 'operational'
),

persons as (
    select person_key, row_number() over (order by person_key) as person_number
    from (select distinct person_key from {{ ref('fct_survey_answers') }} where person_key is not null) as keys
),

answers as (
    select
        answers.*,
        persons.person_number,
        dates.day_key,
        dates.week_key,
        dates.month_key,
        coalesce(paths.path_id, 'unknown') as path_id
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('dates') }} as dates on answers.date_day = dates.date_day
    left join persons on answers.person_key = persons.person_key
    left join {{ ref('int_org_unit_paths') }} as paths
        on answers.org_unit_id = paths.org_unit_id
        and paths.ancestor_id = 'all'
        and answers.date_day >= paths.valid_from and answers.date_day < paths.valid_to
),

measured as (
    {{ cut_answers('fct_survey_answers', ['person_number']) }}
)

{% for part in ['day', 'week', 'month', 'wave'] %}
select
    measure, slice, slice_value, '{{ part }}' as part_type, {{ part }}_key as part_key, path_id, person_number,
    count(*) as answer_count
from measured
where {{ part_filter(part, true) }}
group by measure, slice, slice_value, {{ part }}_key, path_id, person_number
{% if not loop.last %}union all{% endif %}
{% endfor %}
