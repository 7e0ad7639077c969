-- one row per answer to an outcome, kind of variable and strip of eight variables: what its respondent answered
-- Variables of kind `score` are 1, the outcome, and the score of each driver; of kind `box` the same two, and for each
-- driver whether it was answered low, and whether at the top. Eight side by side make few rows of what is many pairs.
{% set boxes = ['is_low', 'is_top'] * 4 %}
with questions as (
    select * from {{ ref('int_driver_questions') }}
),

scores as (
    select
        responses.*,
        scores.item_code,
        cast(scores.score as decimal(9, 6)) as score,
        case when scores.is_bottom2 then 1 when not scores.is_bottom2 then 0 end as is_low,
        case when scores.is_top2 then 1 when not scores.is_top2 then 0 end as is_top
    from {{ ref('int_survey_scores') }} as scores
    inner join {{ ref('int_survey_responses') }} as responses on scores.response_id = responses.response_id
    where responses.subject = 'customer' and responses.is_counted and scores.score is not null and scores.option is null
),

answers as (
    select
        scores.*,
        scores.item_code as outcome,
        row_number() over (order by scores.response_id, scores.item_code) as answer_id
    from scores
    inner join (select distinct survey_id, outcome from questions) as outcomes
        on scores.survey_id = outcomes.survey_id and scores.item_code = outcomes.outcome
),

driver_answers as (
    select answers.answer_id, questions.driver_number, scores.score, scores.is_low, scores.is_top
    from answers
    inner join scores on answers.response_id = scores.response_id
    inner join questions
        on answers.survey_id = questions.survey_id
        and answers.outcome = questions.outcome
        and scores.item_code = questions.driver
),

placed as (
    select
        'score' as kind, answer_id, {{ driver_strip('1 + driver_number') }} as strip
        {%- for place in range(8) %},
        max(case when mod(1 + driver_number, 8) = {{ place }} then score end) as z_{{ place }}{% endfor %}
    from driver_answers
    group by answer_id, {{ driver_strip('1 + driver_number') }}
    union all
    select
        'box' as kind, answer_id, {{ driver_strip('2 * driver_number') }} as strip
        {%- for place in range(8) %},
        max(case when mod(driver_number, 4) = {{ place // 2 }} then {{ boxes[place] }} end) as z_{{ place }}{% endfor %}
    from driver_answers
    group by answer_id, {{ driver_strip('2 * driver_number') }}
),

strips as (
    select distinct survey_id, outcome, 'score' as kind, {{ driver_strip('1 + driver_number') }} as strip from questions
    union
    select distinct survey_id, outcome, 'box' as kind, {{ driver_strip('2 * driver_number') }} as strip from questions
    union
    select distinct survey_id, outcome, 'score' as kind, 0 as strip from questions
    union
    select distinct survey_id, outcome, 'box' as kind, 0 as strip from questions
)

select
    answers.answer_id, answers.survey_id, answers.outcome, answers.response_id, answers.person_key,
    answers.org_unit_id, answers.date_day,
    coalesce(answers.tier, 'unknown') as tier,
    coalesce(answers.segment, 'unknown') as segment,
    coalesce(answers.channel, 'unknown') as channel,
    strips.kind, strips.strip,
    cast(case when strips.strip = 0 then 1 else placed.z_0 end as decimal(9, 6)) as z_0,
    cast(case when strips.strip = 0 then answers.score else placed.z_1 end as decimal(9, 6)) as z_1
    {%- for place in range(2, 8) %},
    cast(placed.z_{{ place }} as decimal(9, 6)) as z_{{ place }}{% endfor %}
from answers
inner join strips on answers.survey_id = strips.survey_id and answers.outcome = strips.outcome
left join placed
    on answers.answer_id = placed.answer_id and strips.kind = placed.kind and strips.strip = placed.strip
