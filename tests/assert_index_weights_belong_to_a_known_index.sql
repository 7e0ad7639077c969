-- Weights of an index that does not exist, of no part, below 0, or all 0 from their day on.
-- They would change nothing, or leave an index without a value, and nobody would know why.
-- Rows name the row of seeds/index_weights.csv that is wrong.
with weights as (
    select * from {{ ref('index_weights') }}
),

totals as (
    select index_id, sum(weight) as total_weight from weights group by index_id
)

select
    weights.index_id,
    weights.part,
    weights.weight,
    weights.valid_from
from weights
inner join totals on weights.index_id = totals.index_id
where
    weights.index_id not in (
        {% for index_id in survey_indices() -%}
        '{{ index_id }}'{{ ',' if not loop.last }}
        {% endfor %}
    )
    or weights.part is null
    or weights.weight is null
    or weights.weight < 0
    or totals.total_weight = 0
