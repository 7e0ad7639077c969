-- one row per survey of customers and question: its place in the questionnaire
select
    items.survey_id,
    items.item_code,
    cast(row_number() over (
        partition by items.survey_id order by items.position nulls last, items.item_code
    ) as integer) as item_number
from {{ ref('stg_survey_items') }} as items
inner join {{ ref('stg_surveys') }} as surveys
    on items.survey_id = surveys.survey_id and surveys.subject = 'customer'
