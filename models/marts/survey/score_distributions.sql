-- one row per survey, question, period, unit and code of the question's scale: how many chose it, and their share (A3)
{% set periods = ['month', 'quarter', 'half', 'year', 'wave'] %}
with answers as (
    select
        answers.survey_id, answers.item_code, answers.scale, answers.answer_code as code, 1 as answers,
        -- One survey at a time is no pool: every programme has its calendar periods.
        places.month_key, places.wave_key, places.path_id, places.person_number, true as is_pooled
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('int_response_places') }} as places on answers.response_id = places.response_id
    where
        answers.answer_code is not null
        and answers.scale in (select scale_id from {{ ref('scales') }} where code is not null and not is_continuous)
),

cells as (
    {{ survey_cells('answers', ['survey_id', 'item_code', 'scale', 'code'], ['answers'], periods) }}
),

small as (
    {{ small_survey_cells('answers', ['survey_id', 'item_code'], periods) }}
),

bases as (
    select survey_id, item_code, scale, period_type, period_key, org_unit_id, sum(answers) as base_count
    from cells
    group by survey_id, item_code, scale, period_type, period_key, org_unit_id
),

-- The whole scale, and what was answered between its codes.
codes as (
    select distinct bases.survey_id, bases.item_code, scales.code
    from bases
    inner join {{ ref('scales') }} as scales on bases.scale = scales.scale_id
    where scales.code is not null and not scales.is_not_applicable
    union
    select survey_id, item_code, code from cells
),

counted as (
    select
        bases.*,
        codes.code,
        coalesce(cells.answers, 0) as answer_count,
        {{ double('coalesce(cells.answers, 0)') }} / bases.base_count as p,
        {{ double('bases.base_count') }} as n,
        small.survey_id is not null as is_hidden
    from bases
    inner join codes on bases.survey_id = codes.survey_id and bases.item_code = codes.item_code
    left join cells
        on bases.survey_id = cells.survey_id and bases.item_code = cells.item_code and codes.code = cells.code
        and bases.period_type = cells.period_type and bases.period_key = cells.period_key
        and bases.org_unit_id = cells.org_unit_id
    left join small
        on bases.survey_id = small.survey_id and bases.item_code = small.item_code
        and bases.period_type = small.period_type and bases.period_key = small.period_key
        and bases.org_unit_id = small.org_unit_id
)

select
    survey_id, item_code, scale, period_type, period_key, org_unit_id,
    cast(code as decimal(18, 6)) as code,
    cast(case when not is_hidden then base_count end as bigint) as base_count,
    cast(case when not is_hidden then answer_count end as bigint) as answer_count,
    case when not is_hidden then 100 * p end as share,
    case when not is_hidden then 100 * ({{ wilson('low', 'p', 'n') }}) end as ci_low,
    case when not is_hidden then 100 * ({{ wilson('high', 'p', 'n') }}) end as ci_high,
    {{ survey_state() }} as state
from counted
