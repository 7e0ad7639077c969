-- one row per kind of variable, cell, block of respondents (-1: all of them) and pair of strips: exact sums of products
-- Only of cells that are large enough for weights; answers in boxes only for the organisation as a whole. Scores of
-- nine digits have exact products of eighteen, which are added at a fraction of the cost of wider ones.
with members as (
    select members.*, cells.is_whole
    from {{ ref('int_driver_members') }} as members
    inner join (select distinct cell_id, org_unit_id = 'all' as is_whole from {{ ref('int_driver_items') }}) as cells
        on members.cell_id = cells.cell_id
    where members.base_count > 50
),

blocks as (
    select
        a.kind, members.cell_id, members.block, a.strip as strip_a, b.strip as strip_b
        {%- for i in range(8) %}{% for j in range(8) %},
        cast(sum(a.z_{{ i }} * b.z_{{ j }}) as decimal(38, 12)) as p_{{ i }}_{{ j }}{% endfor %}{% endfor %}
    from members
    inner join {{ ref('int_driver_strips') }} as a on members.answer_id = a.answer_id
    inner join {{ ref('int_driver_strips') }} as b
        on members.answer_id = b.answer_id and a.kind = b.kind and a.strip <= b.strip
    where a.kind = 'score' or members.is_whole
    group by a.kind, members.cell_id, members.block, a.strip, b.strip
)

select * from blocks
union all
select
    kind, cell_id, -1 as block, strip_a, strip_b
    {%- for i in range(8) %}{% for j in range(8) %},
    sum(p_{{ i }}_{{ j }}) as p_{{ i }}_{{ j }}{% endfor %}{% endfor %}
from blocks
group by kind, cell_id, strip_a, strip_b
