-- one row per answer to a known question: its code and score, only where the answer is valid
{{ config(materialized='view') }}
{% set share_of_scale -%}
    case
        when answers.is_valid
            then 100 * {{ double('case when answers.is_descending then answers.highest_code - answers.code
                else answers.code - answers.lowest_code end') }} / (answers.highest_code - answers.lowest_code)
    end
{%- endset %}
with answers as (
    select
        answers.response_id, answers.item_code, answers.option, responses.survey_id, items.construct, items.scale,
        items.dimension, items.touchpoint, items.module, items.concept,
        items.weight as item_weight,
        coalesce(answers.is_not_applicable, false) as is_not_applicable,
        nullif(trim(answers.answer_text), '') is not null as has_text,
        not coalesce(answers.is_not_applicable, false)
        and coalesce(answers.answer_value between scales.lowest_code and scales.highest_code, false) as is_valid,
        answers.answer_value,
        -- Reversed items are turned about the middle of their scale (A5).
        case
            when coalesce(items.is_reversed, false) then scales.lowest_code + scales.highest_code - answers.answer_value
            else answers.answer_value
        end as code,
        scales.lowest_code, scales.highest_code,
        coalesce(scales.is_descending, false) as is_descending
    from {{ ref('stg_survey_answers') }} as answers
    inner join {{ ref('stg_survey_responses') }} as responses on answers.response_id = responses.response_id
    inner join {{ ref('stg_survey_items') }} as items
        on responses.survey_id = items.survey_id and answers.item_code = items.item_code
    left join {{ ref('int_scales') }} as scales on items.scale = scales.scale_id
)

select
    answers.response_id, answers.item_code, answers.option, answers.survey_id, answers.construct, answers.scale,
    answers.dimension, answers.touchpoint, answers.module, answers.concept, answers.item_weight,
    answers.is_not_applicable, answers.has_text, answers.lowest_code, answers.highest_code, answers.is_descending,
    -- An option that is listed with 0 was not ticked.
    answers.is_not_applicable or answers.has_text or answers.is_valid
    or (answers.option is not null and coalesce(answers.answer_value, 1) != 0) as is_answered,
    -- As it was ticked, for the ways in which people fill in forms.
    cast(case when answers.is_valid then answers.answer_value end as decimal(18, 6)) as ticked_code,
    cast(case when answers.is_valid then answers.code end as decimal(18, 6)) as answer_code,
    cast({{ share_of_scale }} as decimal(18, 6)) as score,
    -- Twelve digits: sums and differences keep a third's worth until they are divided or rounded.
    cast({{ share_of_scale }} as decimal(38, 12)) as fine_score,
    case when answers.is_valid then answers.code in (answers.lowest_code, answers.highest_code) end as is_extreme,
    case when answers.is_valid then codes.is_top1 end as is_top1,
    case when answers.is_valid then codes.is_top2 end as is_top2,
    case when answers.is_valid then codes.is_bottom2 end as is_bottom2
from answers
left join {{ ref('scales') }} as codes
    on answers.scale = codes.scale_id
    and answers.code = codes.code
    and not codes.is_continuous
    and not codes.is_not_applicable
