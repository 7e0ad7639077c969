-- one row per local day, customer survey and question answered on it: who answered, and who went no further
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
with responses as (
    select * from {{ ref('int_survey_responses') }}
    where subject = 'customer' and is_counted and {{ touched_days('survey') }}
),

answers as (
    select distinct
        responses.date_day, responses.survey_id, responses.response_id, responses.status, questions.item_code,
        questions.item_number
    from responses
    inner join {{ ref('int_survey_scores') }} as scores
        on responses.response_id = scores.response_id and scores.is_answered
    inner join {{ ref('int_question_order') }} as questions
        on responses.survey_id = questions.survey_id and scores.item_code = questions.item_code
),

placed as (
    select *, max(item_number) over (partition by response_id) as last_number from answers
)

select
    date_day, survey_id, item_code, item_number,
    count(*) as answered,
    -- A partial response was left at the last question that it answers.
    sum(case when status = 'partial' and item_number = last_number then 1 else 0 end) as left_here
from placed
group by date_day, survey_id, item_code, item_number
