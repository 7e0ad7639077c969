-- one row per answer of a programme with several questionnaire versions and measure: what bridges compare (B9)
{% set measures = {
    'overall_score': ["construct = 'overall_satisfaction'", 'score'],
    'overall_top2': ["construct = 'overall_satisfaction'", 'case when is_top2 then 1 when not is_top2 then 0 end'],
    'promoter_points': ["construct = 'recommend'", promoter_points()],
    'item_score': ["construct in ('satisfaction', 'perception')", 'score'],
    'item_top2': ["construct in ('satisfaction', 'perception')", 'case when is_top2 then 1 when not is_top2 then 0 end'],
} %}
with changed as (
    select programme
    from {{ ref('stg_surveys') }}
    where subject = 'customer'
    group by programme
    having count(distinct version) > 1
),

answers as (
    select
        responses.programme, responses.questionnaire_version, responses.date_day,
        coalesce(responses.wave_key, dates.month_key) as part_key,
        responses.response_id, responses.person_key, scores.construct, scores.scale, scores.score, scores.is_top2,
        scores.answer_code,
        -- Whoever asks once overall or for a recommendation asks the same; of other questions the concept says it.
        case
            when scores.construct in ('overall_satisfaction', 'recommend') then scores.construct
            else coalesce(scores.concept, scores.item_code)
        end as concept
    from {{ ref('int_survey_responses') }} as responses
    inner join changed on responses.programme = changed.programme
    inner join {{ ref('dates') }} as dates on responses.date_day = dates.date_day
    inner join {{ ref('int_survey_scores') }} as scores on responses.response_id = scores.response_id
    where responses.subject = 'customer' and responses.is_counted
),

measured as (
    {% for measure, (condition, expression) in measures.items() %}
    select
        programme, questionnaire_version, date_day, part_key, response_id, person_key, construct, concept,
        '{{ measure }}' as measure, cast({{ expression }} as decimal(18, 6)) as measured_value
    from answers
    where {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from measured
where measured_value is not null
