-- one row per outcome of a customer survey and question that may drive it, numbered as in the questionnaire
with items as (
    select items.*
    from {{ ref('stg_survey_items') }} as items
    inner join {{ ref('stg_surveys') }} as surveys on items.survey_id = surveys.survey_id
    where surveys.subject = 'customer'
),

scales as (
    select
        scale_id,
        coalesce(max(case when is_continuous then 1 else 0 end), 0) = 0 as is_ordinal,
        max(case when is_bottom2 then 1 else 0 end) = 1 as has_boxes
    from {{ ref('scales') }}
    where code is not null and not is_not_applicable
    group by scale_id
)

select
    drivers.survey_id,
    outcomes.item_code as outcome,
    drivers.item_code as driver,
    cast(row_number() over (
        partition by drivers.survey_id, outcomes.item_code
        order by coalesce(drivers.position, 2147483647), drivers.item_code
    ) as integer) as driver_number,
    outcome_scales.is_ordinal as is_outcome_ordinal,
    driver_scales.has_boxes
from items as drivers
inner join items as outcomes on drivers.survey_id = outcomes.survey_id
inner join scales as driver_scales on drivers.scale = driver_scales.scale_id
inner join scales as outcome_scales on outcomes.scale = outcome_scales.scale_id
where
    drivers.construct in ('satisfaction', 'perception')
    and outcomes.construct in ('overall_satisfaction', 'recommend')
