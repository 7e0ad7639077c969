-- one row per half-year or year, pair of programmes and level of units: how alike both programmes rank the units
{% set group = 'period_type, period_key, internal_programme, external_programme, org_level' %}
{% set sides = ['internal', 'external'] %}
with units as (
    select * from {{ ref('int_programme_scores') }} where not is_small
),

-- Twice the average rank, which is whole where units tie.
ranked as (
    select
        {{ group }},
        {% for side in sides -%}
        2 * rank() over (partition by {{ group }} order by {{ side }}_value)
        + count(*) over (partition by {{ group }}, {{ side }}_value) - 1 as {{ side }}_rank,
        {% endfor -%}
        count(*) over (partition by {{ group }}) as unit_count
    from units
),

rank_sums as (
    select
        {{ group }},
        unit_count,
        {% for side in sides -%}
        sum({{ side }}_rank) as {{ side }}_sum,
        sum({{ side }}_rank * {{ side }}_rank) as {{ side }}_squares,
        {% endfor -%}
        sum(internal_rank * external_rank) as products
    from ranked
    group by {{ group }}, unit_count
),

-- Every two units: whether both programmes put the same one above the other.
twos as (
    select
        {% for column in group.split(', ') -%}
        one.{{ column }},
        {% endfor -%}
        {% for side in sides -%}
        case
            when one.{{ side }}_value < other.{{ side }}_value then 1
            when one.{{ side }}_value > other.{{ side }}_value then -1
            else 0
        end as {{ side }}_order,
        {% endfor -%}
        one.org_unit_id
    from units as one
    inner join units as other
        on one.org_unit_id < other.org_unit_id
        {%- for column in group.split(', ') %}
        and one.{{ column }} = other.{{ column }}
        {%- endfor %}
),

order_sums as (
    select
        {{ group }},
        sum(internal_order * external_order) as concordance,
        sum(abs(internal_order)) as internal_untied,
        sum(abs(external_order)) as external_untied
    from twos
    group by {{ group }}
)

select
    {% for column in group.split(', ') -%}
    rank_sums.{{ column }},
    {% endfor -%}
    rank_sums.unit_count,
    {{ double('unit_count * products - internal_sum * external_sum') }} / nullif(
        sqrt(
            {{ double('unit_count * internal_squares - internal_sum * internal_sum') }}
            * {{ double('unit_count * external_squares - external_sum * external_sum') }}
        ), 0
    ) as spearman,
    {{ double('concordance') }}
    / nullif(sqrt({{ double('internal_untied') }} * {{ double('external_untied') }}), 0) as kendall
from rank_sums
left join order_sums
    on rank_sums.period_type = order_sums.period_type
    {%- for column in group.split(', ')[1:] %}
    and rank_sums.{{ column }} = order_sums.{{ column }}
    {%- endfor %}
