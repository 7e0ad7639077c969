-- Codes that a scale has twice, boxes on what is no code of a stepped scale, and a top code outside the top two.
-- An answer with a doubled code would count twice; a box without a code would count nobody.
-- Rows name the scale and the code in seeds/scales.csv.
select
    scale_id,
    code
from {{ ref('scales') }}
where code is not null
group by scale_id, code
having count(*) > 1
union all
select
    scale_id,
    code
from {{ ref('scales') }}
where
    ((is_top1 or is_top2 or is_bottom2) and (code is null or is_not_applicable or is_continuous))
    or (is_top1 and not is_top2)
    or (is_top2 and is_bottom2)
