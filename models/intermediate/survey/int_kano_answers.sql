-- one row per response and feature with valid answers to having it and lacking it: its category in Kano's table (A14)
{{ config(materialized='view') }}
with answers as (
    select
        answers.response_id, answers.survey_id,
        items.concept as feature,
        answers.construct,
        -- Only the ends matter: the best code is `I like it`, the worst `I dislike it`, and all between are alike.
        case
            when answers.answer_code = scales.highest_code then 1
            when answers.answer_code = scales.lowest_code then -1
            else 0
        end * case when scales.is_descending then -1 else 1 end as liking
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('stg_survey_items') }} as items
        on answers.survey_id = items.survey_id and answers.item_code = items.item_code
    inner join {{ ref('int_scales') }} as scales on answers.scale = scales.scale_id
    where
        answers.construct in ('kano_functional', 'kano_dysfunctional')
        and answers.answer_code is not null
        and items.concept is not null
),

pairs as (
    select
        response_id, survey_id, feature,
        max(case when construct = 'kano_functional' then liking end) as having_it,
        max(case when construct = 'kano_dysfunctional' then liking end) as lacking_it
    from answers
    group by response_id, survey_id, feature
)

select
    response_id, survey_id, feature, case
        when having_it = lacking_it and having_it != 0 then 'questionable'
        when having_it = -1 or lacking_it = 1 then 'reverse'
        when having_it = 1 and lacking_it = -1 then 'one_dimensional'
        when having_it = 1 then 'attractive'
        when lacking_it = -1 then 'must_be'
        else 'indifferent'
    end as category
from pairs
where having_it is not null and lacking_it is not null
