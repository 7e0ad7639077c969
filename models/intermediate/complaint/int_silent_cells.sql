-- one row per period, unit, slice and slice value: responses that could be low, those that were, and who complained
{% set keys = ['slice', 'slice_value'] %}
{% set sums = ['respondents', 'dissatisfied', 'linked', 'judged', 'complained'] %}
{% set periods = ['month', 'quarter', 'year'] %}
with asked as (
    select distinct response_id
    from {{ ref('int_survey_scores') }}
    where
        -- What int_survey_callbacks can tell as low: a slider has no bottom two.
        (construct = 'overall_satisfaction' and is_bottom2 is not null)
        or (construct = 'recommend' and scale = 'nps11' and answer_code is not null)
),

responses as (
    select
        places.month_key, places.wave_key, places.path_id, places.person_number, places.is_pooled,
        responses.tier, responses.channel,
        1 as respondents,
        case when lows.response_id is not null then 1 else 0 end as dissatisfied,
        case when lows.person_key is not null then 1 else 0 end as linked,
        case when lows.complained is not null then 1 else 0 end as judged,
        coalesce(lows.complained, 0) as complained
    from {{ ref('int_response_places') }} as places
    inner join asked on places.response_id = asked.response_id
    inner join {{ ref('fct_survey_responses') }} as responses on places.response_id = responses.response_id
    left join {{ ref('recovery_queue') }} as lows on places.response_id = lows.response_id
),

cut as (
    {% for slice, column in {'all': "'all'", 'tier': 'tier', 'channel': 'channel'}.items() -%}
    select '{{ slice }}' as slice, coalesce({{ column }}, 'unknown') as slice_value, responses.*
    from responses
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

judged_ones as (
    select * from cut where judged = 1
),

cells as (
    {{ survey_cells('cut', keys, sums, periods) }}
),

small as (
    {{ small_survey_cells('cut', keys, periods) }}
),

small_judged as (
    {{ small_survey_cells('judged_ones', keys, periods) }}
)

select
    cells.period_type, cells.period_key, cells.org_unit_id, cells.slice, cells.slice_value,
    {% for column in sums -%}
    cast(cells.{{ column }} as bigint) as {{ column }},
    {% endfor -%}
    small.slice is not null as is_hidden,
    small_judged.slice is not null as is_judged_hidden
from cells
{% for hidden in ['small', 'small_judged'] -%}
left join {{ hidden }}
    on cells.period_type = {{ hidden }}.period_type and cells.period_key = {{ hidden }}.period_key
    and cells.org_unit_id = {{ hidden }}.org_unit_id
    and cells.slice = {{ hidden }}.slice and cells.slice_value = {{ hidden }}.slice_value
{% endfor %}
