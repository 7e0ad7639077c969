-- one row per cut, its value, period and unit: exact sums of pairs of expectation and perception, and of importance
{% set periods = ['month', 'quarter', 'half', 'year', 'wave'] %}
{% set sums = [
    'pairs', 'expectation', 'expectation_squares', 'perception', 'gap', 'gap_squares', 'below', 'above',
    'importance_answers', 'importance', 'importance_squares'
] %}
with answers as (
    select
        'pair' as kind, response_id, dimension, touchpoint, module, concept, 1 as pairs,
        expectation_score as expectation, perception_score as perception, perception_score - expectation_score as gap,
        0 as importance_answers, cast(null as decimal(18, 6)) as importance
    from {{ ref('int_expectation_pairs') }}
    union all
    select
        'importance', answers.response_id, answers.dimension, answers.touchpoint, answers.module, items.concept, 0,
        null, null, null, 1,
        -- The score of A4, as int_survey_scores has it.
        cast(
            100 * {{ double('case when scales.is_descending then scales.highest_code - answers.answer_code
                else answers.answer_code - scales.lowest_code end') }}
            / (scales.highest_code - scales.lowest_code) as decimal(18, 6)
        )
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('stg_survey_items') }} as items
        on answers.survey_id = items.survey_id and answers.item_code = items.item_code
    inner join {{ ref('int_scales') }} as scales on answers.scale = scales.scale_id
    where answers.construct = 'importance' and answers.answer_code is not null
),

placed as (
    select
        answers.*,
        {% for score in ['expectation', 'gap', 'importance'] -%}
        cast(
            cast(answers.{{ score }} as decimal(19, 6)) * cast(answers.{{ score }} as decimal(19, 6)) as decimal(38, 12)
        ) as {{ score }}_squares,
        {% endfor -%}
        case when answers.gap < 0 then 1 else 0 end as below,
        case when answers.gap > 0 then 1 else 0 end as above,
        places.month_key, places.wave_key, places.path_id, places.person_number, places.is_pooled
    from answers
    inner join {{ ref('int_response_places') }} as places on answers.response_id = places.response_id
),

cuts as (
    {% for cut in ['all', 'dimension', 'touchpoint', 'module', 'concept'] %}
    select
        '{{ cut }}' as cut, {{ "'all'" if cut == 'all' else "coalesce(" ~ cut ~ ", 'unknown')" }} as cut_value,
        kind, month_key, wave_key, path_id, person_number, is_pooled, {{ sums | join(', ') }}
    from placed
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

cells as (
    {{ survey_cells('cuts', ['cut', 'cut_value'], sums, periods) }}
),

small as (
    {{ small_survey_cells('cuts', ['cut', 'cut_value', 'kind'], periods) }}
),

hidden as (
    select
        cut, cut_value, period_type, period_key, org_unit_id,
        max(case when kind = 'pair' then 1 else 0 end) as hides_pairs,
        max(case when kind = 'importance' then 1 else 0 end) as hides_importance
    from small
    group by cut, cut_value, period_type, period_key, org_unit_id
)

select
    cells.*,
    coalesce(hidden.hides_pairs, 0) = 1 as is_hidden,
    coalesce(hidden.hides_pairs, 0) = 1 or coalesce(hidden.hides_importance, 0) = 1 as is_importance_hidden
from cells
left join hidden
    on cells.cut = hidden.cut
    and cells.cut_value = hidden.cut_value
    and cells.period_type = hidden.period_type
    and cells.period_key = hidden.period_key
    and cells.org_unit_id = hidden.org_unit_id
where cells.pairs > 0
