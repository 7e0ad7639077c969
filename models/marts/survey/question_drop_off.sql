-- one row per survey of customers and question: who got to it, who answered it, and whose last answer it was
with questions as (
    select * from {{ ref('int_question_order') }}
),

answers as (
    select
        survey_id, item_code, item_number,
        sum(answered) as answered,
        sum(left_here) as left_here
    from {{ ref('int_question_days') }}
    group by survey_id, item_code, item_number
),

completes as (
    select survey_id, count(*) as complete_count
    from {{ ref('fct_survey_responses') }}
    where is_counted and status = 'complete'
    group by survey_id
),

-- Complete responses got to every question, partial ones to those up to their last answer.
passed as (
    select
        questions.survey_id, questions.item_code, questions.item_number,
        coalesce(max(completes.complete_count), 0) + coalesce(sum(later.left_here), 0) as reached
    from questions
    left join completes on questions.survey_id = completes.survey_id
    left join answers as later
        on questions.survey_id = later.survey_id and questions.item_number <= later.item_number
    group by questions.survey_id, questions.item_code, questions.item_number
),

shares as (
    select
        passed.*,
        coalesce(answers.answered, 0) as answered,
        coalesce(answers.left_here, 0) as left_here,
        {{ double('coalesce(answers.left_here, 0)') }} / nullif(passed.reached, 0) as share,
        {{ double('nullif(passed.reached, 0)') }} as n
    from passed
    left join answers on passed.survey_id = answers.survey_id and passed.item_code = answers.item_code
)

select
    survey_id, item_code, item_number,
    cast(reached as bigint) as reached,
    cast(answered as bigint) as answered,
    cast(left_here as bigint) as left_here,
    100 * share as drop_off_share,
    100 * ({{ wilson('low', 'share', 'n') }}) as ci_low,
    100 * ({{ wilson('high', 'share', 'n') }}) as ci_high,
    case
        when reached = 0 then 'not_measured'
        when reached < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from shares
