-- one row per cell and respondent who answered its outcome and all its drivers, with the block they are resampled in
-- Blocks follow the order of response ids alone: up to 200 respondents each is a block of its own.
with answers as (
    {{ driver_leaves() }}
    where strips.kind = 'score' and strips.strip = 0
),

items as (
    select * from {{ ref('int_driver_items') }}
),

leaves as (
    select distinct
        survey_id, outcome, path_id, tier, segment, channel,
        concat(path_id, '|', tier, '|', segment, '|', channel) as leaf
    from answers
),

in_cells as (
    {{ driver_cells('leaves', ['leaf']) }}
),

cells as (
    select in_cells.survey_id, in_cells.outcome, in_cells.leaf, keys.cell_id
    from in_cells
    inner join (
        select distinct cell_id, survey_id, outcome, org_unit_id, slice, slice_value from items
    ) as keys
        on in_cells.survey_id = keys.survey_id and in_cells.outcome = keys.outcome
        and in_cells.org_unit_id = keys.org_unit_id
        and in_cells.slice = keys.slice and in_cells.slice_value = keys.slice_value
),

respondents as (
    select cells.cell_id, answers.answer_id, answers.response_id, answers.person_key
    from answers
    inner join cells
        on answers.survey_id = cells.survey_id and answers.outcome = cells.outcome
        and concat(answers.path_id, '|', answers.tier, '|', answers.segment, '|', answers.channel) = cells.leaf
),

needed as (
    select
        cell_id, {{ driver_strip('1 + driver_number') }} as strip
        {%- for place in range(8) %},
        max(case when is_included and place = {{ place }} then 1 end) as need_{{ place }}{% endfor %}
    from (select *, mod(1 + driver_number, 8) as place from items) as placed
    group by cell_id, {{ driver_strip('1 + driver_number') }}
),

incomplete as (
    select distinct respondents.cell_id, respondents.answer_id
    from respondents
    inner join needed on respondents.cell_id = needed.cell_id
    inner join {{ ref('int_driver_strips') }} as strips
        on respondents.answer_id = strips.answer_id and needed.strip = strips.strip and strips.kind = 'score'
    where
        false
        {%- for place in range(8) %}
        or (needed.need_{{ place }} = 1 and strips.z_{{ place }} is null){% endfor %}
)

select
    respondents.cell_id, respondents.answer_id, respondents.person_key,
    count(*) over (partition by respondents.cell_id) as base_count,
    cast(mod(
        row_number() over (partition by respondents.cell_id order by respondents.response_id) - 1, 200
    ) as integer) as block
from respondents
left join incomplete on respondents.cell_id = incomplete.cell_id and respondents.answer_id = incomplete.answer_id
where incomplete.answer_id is null
