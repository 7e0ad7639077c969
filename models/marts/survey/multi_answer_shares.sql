-- one row per survey, multi-select question, period, unit and option: its share of respondents and of mentions (B11)
{% set periods = ['month', 'quarter', 'half', 'year', 'wave'] %}
with ticks as (
    select
        answers.survey_id, answers.item_code, answers.option, 1 as mentions, places.response_id,
        places.month_key, places.wave_key, places.path_id, places.person_number, true as is_pooled
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('int_response_places') }} as places on answers.response_id = places.response_id
    -- Answered, and applicable: an export may also list options that nobody ticked, with 0.
    where answers.scale = 'multi' and answers.option is not null and answers.not_applicable = 0
),

respondents as (
    select distinct
        survey_id, item_code, 1 as respondents, response_id, month_key, wave_key, path_id, person_number, is_pooled
    from ticks
),

mentions as (
    {{ survey_cells('ticks', ['survey_id', 'item_code', 'option'], ['mentions'], periods) }}
),

bases as (
    {{ survey_cells('respondents', ['survey_id', 'item_code'], ['respondents'], periods) }}
),

small as (
    {{ small_survey_cells('respondents', ['survey_id', 'item_code'], periods) }}
),

options as (
    select distinct survey_id, item_code, option from ticks
),

counted as (
    select
        bases.*,
        options.option,
        coalesce(mentions.mentions, 0) as mentions,
        sum(coalesce(mentions.mentions, 0)) over (
            partition by bases.survey_id, bases.item_code, bases.period_type, bases.period_key, bases.org_unit_id
        ) as all_mentions,
        {{ double('coalesce(mentions.mentions, 0)') }} / bases.respondents as p,
        {{ double('bases.respondents') }} as n,
        small.survey_id is not null as is_hidden
    from bases
    inner join options on bases.survey_id = options.survey_id and bases.item_code = options.item_code
    left join mentions
        on bases.survey_id = mentions.survey_id and bases.item_code = mentions.item_code
        and options.option = mentions.option
        and bases.period_type = mentions.period_type and bases.period_key = mentions.period_key
        and bases.org_unit_id = mentions.org_unit_id
    left join small
        on bases.survey_id = small.survey_id and bases.item_code = small.item_code
        and bases.period_type = small.period_type and bases.period_key = small.period_key
        and bases.org_unit_id = small.org_unit_id
)

select
    survey_id, item_code, option, period_type, period_key, org_unit_id,
    cast(case when not is_hidden then respondents end as bigint) as respondent_count,
    cast(case when not is_hidden then mentions end as bigint) as mention_count,
    case when not is_hidden then 100 * p end as share_of_respondents,
    case when not is_hidden then 100 * ({{ wilson('low', 'p', 'n') }}) end as ci_low,
    case when not is_hidden then 100 * ({{ wilson('high', 'p', 'n') }}) end as ci_high,
    case when not is_hidden then 100 * {{ double('mentions') }} / all_mentions end as share_of_mentions,
    {{ survey_state('respondents') }} as state
from counted
