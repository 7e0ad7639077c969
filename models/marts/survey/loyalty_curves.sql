-- one row per survey (or all), scale, outcome, period, unit and code of overall satisfaction: share of the loyal (A17)
{% set periods = ['year', 'wave', 'all'] %}
{% set curve = 'survey_id, scale, outcome, period_type, period_key, org_unit_id' %}
with answers as (
    {% for survey, pooled in {"'all'": 'places.is_pooled', 'answers.survey_id': 'true'}.items() %}
    select
        {{ survey }} as survey_id, answers.scale, answers.outcome, answers.code, 1 as answers, answers.is_loyal,
        places.month_key, places.wave_key, places.path_id, places.person_number, {{ pooled }} as is_pooled
    from {{ ref('int_loyalty_answers') }} as answers
    inner join {{ ref('int_response_places') }} as places on answers.response_id = places.response_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

cells as (
    {{ survey_cells('answers', ['survey_id', 'scale', 'outcome', 'code'], ['answers', 'is_loyal'], periods) }}
),

small as (
    {{ small_survey_cells('answers', ['survey_id', 'scale', 'outcome', 'code'], periods) }}
),

-- From the best code to the worst.
codes as (
    select
        scales.scale_id, scales.code,
        row_number() over (
            partition by scales.scale_id order by case when ends.is_descending then scales.code else -scales.code end
        ) as place
    from {{ ref('scales') }} as scales
    inner join {{ ref('int_scales') }} as ends on scales.scale_id = ends.scale_id
    where scales.code is not null and not scales.is_not_applicable
),

shares as (
    select
        cells.*,
        codes.place,
        small.survey_id is not null as is_hidden,
        {{ double('cells.answers') }} as n,
        {{ double('cells.is_loyal') }} / cells.answers as p
    from cells
    inner join codes on cells.scale = codes.scale_id and cells.code = codes.code
    left join small
        on cells.survey_id = small.survey_id and cells.scale = small.scale
        and cells.outcome = small.outcome and cells.code = small.code
        and cells.period_type = small.period_type and cells.period_key = small.period_key
        and cells.org_unit_id = small.org_unit_id
),

limits as (
    select
        *,
        {{ wilson('low', 'p', 'n') }} as low,
        {{ wilson('high', 'p', 'n') }} as high,
        lead(p) over (partition by {{ curve }}, is_hidden order by place) as p_below
    from shares
),

compared as (
    select
        *,
        min(case when not is_hidden and p < p_below then 0 when not is_hidden and p >= p_below then 1 end)
            over (partition by {{ curve }}) as isotonic,
        max(case when place = 2 and not is_hidden then p end) over (partition by {{ curve }}) as second_p,
        max(case when place = 2 and not is_hidden then low end) over (partition by {{ curve }}) as second_low,
        max(case when place = 2 and not is_hidden then high end) over (partition by {{ curve }}) as second_high
    from limits
),

jumps as (
    select
        *,
        place = 1 and not is_hidden and second_p is not null as is_compared,
        p - second_p - sqrt(power(p - low, 2) + power(second_high - second_p, 2)) as jump_low,
        p - second_p + sqrt(power(high - p, 2) + power(second_p - second_low, 2)) as jump_high
    from compared
)

select
    {{ curve }}, cast(code as decimal(18, 6)) as code,
    cast(case when not is_hidden then answers end as bigint) as base_count,
    case when not is_hidden then 100 * p end as share,
    case when not is_hidden then 100 * low end as ci_low,
    case when not is_hidden then 100 * high end as ci_high,
    case when not is_hidden then isotonic = 1 end as is_isotonic,
    case when is_compared then 100 * (p - second_p) end as jump,
    case when is_compared then 100 * jump_low end as jump_low,
    case when is_compared then 100 * jump_high end as jump_high,
    case
        when place != 1 then null
        when not is_compared then 'not_comparable'
        when jump_low > 0 then 'up'
        when jump_high < 0 then 'down'
        else 'no_clear_change'
    end as jump_state,
    {{ survey_state('answers') }} as state
from jumps
