-- one row per cell (an outcome in a unit or slice) and driver: who answered it, and whether the cell's base asks for it
-- A question that fewer than half answered would take most of the base with it: it is left out by name instead.
with strips as (
    {{ driver_leaves() }}
    where strips.kind = 'score'
),

leaves as (
    select
        survey_id, outcome, path_id, tier, segment, channel, strip, count(*) as candidate_count
        {%- for place in range(8) %},
        count(z_{{ place }}) as count_{{ place }}{% endfor %}
    from strips
    group by survey_id, outcome, path_id, tier, segment, channel, strip
),

in_cells as (
    {{ driver_cells('leaves', ['strip', 'candidate_count', 'count_0', 'count_1', 'count_2', 'count_3', 'count_4',
        'count_5', 'count_6', 'count_7']) }}
),

counted as (
    select
        survey_id, outcome, org_unit_id, slice, slice_value, strip,
        cast(sum(candidate_count) as bigint) as candidate_count
        {%- for place in range(8) %},
        cast(sum(count_{{ place }}) as bigint) as count_{{ place }}{% endfor %}
    from in_cells
    group by survey_id, outcome, org_unit_id, slice, slice_value, strip
),

items as (
    select
        counted.survey_id, counted.outcome, counted.org_unit_id, counted.slice, counted.slice_value, questions.driver,
        questions.driver_number, questions.has_boxes, questions.is_outcome_ordinal, counted.candidate_count,
        case mod(1 + questions.driver_number, 8)
            {%- for place in range(8) %}
            when {{ place }} then counted.count_{{ place }}{% endfor %}
        end as answered_count
    from counted
    inner join {{ ref('int_driver_questions') }} as questions
        on counted.survey_id = questions.survey_id
        and counted.outcome = questions.outcome
        and counted.strip = {{ driver_strip('1 + questions.driver_number') }}
)

select
    *,
    2 * answered_count >= candidate_count as is_included,
    dense_rank() over (order by survey_id, outcome, org_unit_id, slice, slice_value) as cell_id
from items
