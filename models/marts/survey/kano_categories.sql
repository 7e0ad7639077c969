-- one row per survey, feature, period and unit: how many put it into each of Kano's categories, and the mode (A14)
{% set periods = ['wave', 'year', 'all'] %}
{# In the order in which a tie is decided: what hurts most if it is missing comes first. #}
{% set categories = ['must_be', 'one_dimensional', 'attractive', 'indifferent', 'reverse', 'questionable'] %}
{# Fong's bound of the difference between the two largest of n counts. #}
{% set fong_bound = '1.65 * sqrt(pair_count * (2 * n_all - pair_count) / (2 * n_all))' %}
with answers as (
    select
        answers.survey_id, answers.feature, 1 as answers,
        {% for category in categories -%}
        case when answers.category = '{{ category }}' then 1 else 0 end as {{ category }},
        {% endfor -%}
        places.month_key, places.wave_key, places.path_id, places.person_number, true as is_pooled
    from {{ ref('int_kano_answers') }} as answers
    inner join {{ ref('int_response_places') }} as places on answers.response_id = places.response_id
),

cells as (
    {{ survey_cells('answers', ['survey_id', 'feature'], ['answers'] + categories, periods) }}
),

small as (
    {{ small_survey_cells('answers', ['survey_id', 'feature'], periods) }}
),

modes as (
    select
        cells.*,
        small.survey_id is not null as is_hidden,
        case greatest({{ categories | join(', ') }})
            {%- for category in categories %}
            when {{ category }} then '{{ category }}'
            {%- endfor %}
        end as category,
        greatest({{ categories | join(', ') }}) as first_count,
        {{ double('nullif(attractive + one_dimensional + must_be + indifferent, 0)') }} as n,
        {{ double('attractive + one_dimensional') }}
        / nullif(attractive + one_dimensional + must_be + indifferent, 0) as better,
        {{ double('one_dimensional + must_be') }}
        / nullif(attractive + one_dimensional + must_be + indifferent, 0) as worse
    from cells
    left join small
        on cells.survey_id = small.survey_id and cells.feature = small.feature
        and cells.period_type = small.period_type and cells.period_key = small.period_key
        and cells.org_unit_id = small.org_unit_id
),

ranked as (
    select
        *,
        greatest(
            {%- for category in categories %}
            case when category != '{{ category }}' then {{ category }} else 0 end{% if not loop.last %},{% endif %}
            {%- endfor %}
        ) as second_count
    from modes
),

tested as (
    select
        *,
        {{ double('first_count + second_count') }} as pair_count,
        {{ double('answers') }} as n_all
    from ranked
)

select
    survey_id, feature, period_type, period_key, org_unit_id,
    cast(case when not is_hidden then answers end as bigint) as base_count,
    {% for category in categories -%}
    cast(case when not is_hidden then {{ category }} end as bigint) as {{ category }}_count,
    {% endfor -%}
    case when not is_hidden then category end as category,
    case when not is_hidden then {{ fong_bound }} end as fong_bound,
    case when not is_hidden then first_count - second_count >= {{ fong_bound }} end as is_category_clear,
    case when not is_hidden then 100 * better end as better,
    case when not is_hidden then 100 * ({{ wilson('low', 'better', 'n') }}) end as better_low,
    case when not is_hidden then 100 * ({{ wilson('high', 'better', 'n') }}) end as better_high,
    case when not is_hidden then 0 - 100 * worse end as worse,
    case when not is_hidden then 0 - 100 * ({{ wilson('high', 'worse', 'n') }}) end as worse_low,
    case when not is_hidden then 0 - 100 * ({{ wilson('low', 'worse', 'n') }}) end as worse_high,
    {{ survey_state('answers') }} as state
from tested
