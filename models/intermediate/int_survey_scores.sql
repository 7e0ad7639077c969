-- one row per answer to a known question: its code and score, only where the answer is valid
{{ config(materialized='view') }}
with answers as (
    select
        answers.response_id,
        answers.item_code,
        answers.option,
        items.construct,
        items.scale,
        items.dimension,
        items.touchpoint,
        items.module,
        coalesce(answers.is_not_applicable, false) as is_not_applicable,
        not coalesce(answers.is_not_applicable, false)
        and answers.answer_value between scales.lowest_code and scales.highest_code as is_valid,
        -- Reversed items are turned about the middle of their scale (A5).
        case
            when coalesce(items.is_reversed, false) then scales.lowest_code + scales.highest_code - answers.answer_value
            else answers.answer_value
        end as code,
        scales.lowest_code,
        scales.highest_code
    from {{ ref('stg_survey_answers') }} as answers
    inner join {{ ref('stg_survey_responses') }} as responses on answers.response_id = responses.response_id
    inner join {{ ref('stg_survey_items') }} as items
        on responses.survey_id = items.survey_id and answers.item_code = items.item_code
    left join {{ ref('int_scales') }} as scales on items.scale = scales.scale_id
)

select
    answers.response_id,
    answers.item_code,
    answers.option,
    answers.construct,
    answers.scale,
    answers.dimension,
    answers.touchpoint,
    answers.module,
    answers.is_not_applicable,
    cast(case when answers.is_valid then answers.code end as decimal(18, 6)) as answer_code,
    cast(case
        when answers.is_valid
            then 100 * {{ double('answers.code - answers.lowest_code') }} / (answers.highest_code - answers.lowest_code)
    end as decimal(18, 6)) as score,
    case when answers.is_valid then codes.is_top2 end as is_top2
from answers
left join {{ ref('scales') }} as codes
    on answers.scale = codes.scale_id
    and answers.code = codes.code
    and not codes.is_continuous
    and not codes.is_not_applicable
