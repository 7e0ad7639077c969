-- one row per survey of customers and question: who got to it, who answered it, and whose last answer it was
with items as (
    select
        items.survey_id,
        items.item_code,
        row_number() over (
            partition by items.survey_id order by items.position nulls last, items.item_code
        ) as item_number
    from {{ ref('stg_survey_items') }} as items
    inner join {{ ref('stg_surveys') }} as surveys
        on items.survey_id = surveys.survey_id and surveys.subject = 'customer'
),

responses as (
    select response_id, survey_id, status from {{ ref('int_survey_responses') }}
    where subject = 'customer' and is_counted
),

answers as (
    select distinct responses.survey_id, responses.response_id, responses.status, items.item_code, items.item_number
    from responses
    inner join {{ ref('int_survey_scores') }} as scores
        on responses.response_id = scores.response_id and scores.is_answered
    inner join items on responses.survey_id = items.survey_id and scores.item_code = items.item_code
),

answered as (
    select survey_id, item_code, count(*) as answered from answers group by survey_id, item_code
),

completes as (
    select survey_id, count(*) as complete_count from responses where status = 'complete' group by survey_id
),

-- A partial response was left at the last question that it answers.
stops as (
    select survey_id, last_number, count(*) as left_count
    from (
        select survey_id, response_id, max(item_number) as last_number
        from answers where status = 'partial' group by survey_id, response_id
    ) as last_answers
    group by survey_id, last_number
),

passed as (
    select
        items.survey_id, items.item_code, items.item_number,
        coalesce(max(completes.complete_count), 0) + coalesce(sum(stops.left_count), 0) as reached,
        coalesce(sum(case when stops.last_number = items.item_number then stops.left_count end), 0) as left_here
    from items
    left join completes on items.survey_id = completes.survey_id
    left join stops on items.survey_id = stops.survey_id and items.item_number <= stops.last_number
    group by items.survey_id, items.item_code, items.item_number
),

shares as (
    select
        passed.*,
        coalesce(answered.answered, 0) as answered,
        {{ double('passed.left_here') }} / nullif(passed.reached, 0) as share,
        {{ double('nullif(passed.reached, 0)') }} as n
    from passed
    left join answered on passed.survey_id = answered.survey_id and passed.item_code = answered.item_code
)

select
    survey_id,
    item_code,
    cast(item_number as integer) as item_number,
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
