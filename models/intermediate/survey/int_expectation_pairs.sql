-- one row per response and question of what it found, where it also says validly what it expected (A11)
with scores as (
    select response_id, survey_id, item_code, score, fine_score
    from {{ ref('int_survey_scores') }}
    where construct in ('expectation', 'perception') and score is not null
)

select
    found.response_id,
    found.item_code,
    expected.score as expectation_score,
    found.score as perception_score,
    cast(found.fine_score - expected.fine_score as decimal(18, 6)) as gap,
    items.dimension,
    items.touchpoint,
    items.module,
    items.concept
from {{ ref('int_expectation_items') }} as items
inner join scores as found on items.survey_id = found.survey_id and items.item_code = found.item_code
inner join scores as expected
    on found.response_id = expected.response_id and items.expectation_item_code = expected.item_code
