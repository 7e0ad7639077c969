-- one row per question of what customers found that has its counterpart of what they expected, in the same survey
{{ config(materialized='view') }}
-- A concept names the counterpart; questions without one are paired in order within dimension, touchpoint and module.
with items as (
    select
        survey_id, item_code, construct, dimension, touchpoint, module, concept,
        coalesce(concept, '') as concept_key,
        case when concept is null then coalesce(dimension, '') else '' end as dimension_key,
        case when concept is null then coalesce(touchpoint, '') else '' end as touchpoint_key,
        case when concept is null then coalesce(module, '') else '' end as module_key,
        position
    from {{ ref('stg_survey_items') }}
    where construct in ('expectation', 'perception')
),

placed as (
    select
        *,
        row_number() over (
            partition by survey_id, construct, concept_key, dimension_key, touchpoint_key, module_key
            order by position asc nulls last, item_code asc
        ) as place
    from items
)

select
    found.survey_id, found.item_code,
    expected.item_code as expectation_item_code,
    found.dimension, found.touchpoint, found.module, found.concept
from placed as found
inner join placed as expected
    on found.survey_id = expected.survey_id
    and found.concept_key = expected.concept_key
    and found.dimension_key = expected.dimension_key
    and found.touchpoint_key = expected.touchpoint_key
    and found.module_key = expected.module_key
    and found.place = expected.place
where found.construct = 'perception' and expected.construct = 'expectation'
