-- one row per response, overall satisfaction question with codes, and outcome that it tells: is the customer loyal
{{ config(materialized='view') }}
with answers as (
    select
        answers.response_id, answers.survey_id, answers.item_code, answers.construct, answers.scale,
        answers.answer_code, answers.promoter_points, codes.is_top1
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('scales') }} as codes on answers.scale = codes.scale_id and answers.answer_code = codes.code
    where
        answers.construct in ('overall_satisfaction', 'recommend', 'loyalty')
        and not codes.is_continuous and not codes.is_not_applicable
),

-- Who answers several such questions is loyal if all answers say so: each response counts once.
outcomes as (
    select response_id, 'recommend' as outcome, min(case when promoter_points = 100 then 1 else 0 end) as is_loyal
    from answers
    where construct = 'recommend' and promoter_points is not null
    group by response_id
    union all
    select response_id, 'loyalty', min(case when is_top1 then 1 else 0 end)
    from answers
    where construct = 'loyalty'
    group by response_id
)

select
    answers.response_id, answers.survey_id, answers.item_code, answers.scale,
    answers.answer_code as code, outcomes.outcome, outcomes.is_loyal
from answers
inner join outcomes on answers.response_id = outcomes.response_id
where answers.construct = 'overall_satisfaction'
