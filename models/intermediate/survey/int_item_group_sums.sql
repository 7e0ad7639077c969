-- one row per group of questions and question in it: exact sums over the respondents who answered the whole group
{% set group = 'survey_id, construct, grouping, item_group' %}
{% set keys = group.split(', ') %}
{% set x, total = 'cast(placed.score as decimal(19, 6))', 'cast(complete.total_score as decimal(19, 6))' %}
with placed as (
    select
        item_groups.survey_id, item_groups.construct, item_groups.grouping, item_groups.item_group,
        item_groups.item_code, item_groups.item_count, scores.response_id, responses.person_key, scores.score
    from {{ ref('int_item_groups') }} as item_groups
    inner join {{ ref('int_survey_scores') }} as scores
        on item_groups.survey_id = scores.survey_id and item_groups.item_code = scores.item_code
    inner join {{ ref('int_survey_responses') }} as responses
        on scores.response_id = responses.response_id and responses.is_counted
    where scores.score is not null
),

complete as (
    select {{ group }}, response_id, person_key, sum(score) as total_score
    from placed
    group by {{ group }}, response_id, person_key, item_count
    having count(*) = item_count
),

persons as (
    select
        {{ group }},
        count(distinct person_key) + count(case when person_key is null then 1 end) as person_count
    from complete
    group by {{ group }}
),

sums as (
    select
        {% for key in keys -%}
        placed.{{ key }},
        {% endfor -%}
        placed.item_code,
        count(*) as base_count,
        sum(placed.score) as value_sum,
        sum(cast({{ x }} * {{ x }} as decimal(38, 12))) as value_sum_squares,
        sum(complete.total_score) as total_sum,
        sum(cast({{ total }} * {{ total }} as decimal(38, 12))) as total_sum_squares,
        sum(cast({{ x }} * {{ total }} as decimal(38, 12))) as product_sum
    from placed
    inner join complete
        on placed.response_id = complete.response_id
        {%- for key in keys %}
        and placed.{{ key }} = complete.{{ key }}
        {%- endfor %}
    group by
        {% for key in keys -%}
        placed.{{ key }},
        {% endfor -%}
        placed.item_code
)

select
    {% for key in keys -%}
    item_groups.{{ key }},
    {% endfor -%}
    item_groups.item_code,
    cast(item_groups.item_count as bigint) as item_count,
    coalesce(sums.base_count, 0) as base_count,
    coalesce(persons.person_count, 0) as person_count,
    {{ squared_mean_error('sums.base_count', 'sums.value_sum', 'sums.value_sum_squares') }}
    * sums.base_count as variance,
    {{ squared_mean_error('sums.base_count', 'sums.total_sum', 'sums.total_sum_squares') }}
    * sums.base_count as total_variance,
    (
        {{ double('sums.product_sum') }}
        - {{ double('sums.value_sum') }} * {{ double('sums.total_sum') }} / sums.base_count
    ) / nullif(sums.base_count - 1, 0) as covariance
from {{ ref('int_item_groups') }} as item_groups
left join sums
    on item_groups.item_code = sums.item_code
    {%- for key in keys %}
    and item_groups.{{ key }} = sums.{{ key }}
    {%- endfor %}
left join persons
    on item_groups.survey_id = persons.survey_id
    {%- for key in keys[1:] %}
    and item_groups.{{ key }} = persons.{{ key }}
    {%- endfor %}
