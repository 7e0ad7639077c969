-- Units that are above each other at the same time, or under more levels than are followed.
-- In a ring no unit is on top: sums would come back to where they started, and some units would miss theirs.
-- Rows name the two units; correct parent_org_unit_id of one of them from the later of the two days on.
select
    lower_one.org_unit_id,
    lower_one.ancestor_id,
    greatest(lower_one.valid_from, upper_one.valid_from) as valid_from
from {{ ref('org_unit_ancestors') }} as lower_one
inner join {{ ref('org_unit_ancestors') }} as upper_one
    on lower_one.ancestor_id = upper_one.org_unit_id
    and lower_one.org_unit_id = upper_one.ancestor_id
    and lower_one.valid_from < upper_one.valid_to
    and lower_one.valid_to > upper_one.valid_from
where lower_one.org_unit_id != lower_one.ancestor_id
union all
select
    org_unit_id,
    ancestor_id,
    valid_from
from {{ ref('org_unit_ancestors') }}
where distance >= 20
