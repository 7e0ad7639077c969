-- one row per path of units, ancestor on it (or all) and unit below that ancestor, with its level
select paths.path_id, paths.ancestor_id, levels.org_level, below.ancestor_id as unit_id
from {{ ref('int_org_unit_paths') }} as paths
inner join {{ ref('org_unit_ancestors') }} as below
    on paths.org_unit_id = below.org_unit_id
    and paths.valid_from >= below.valid_from and paths.valid_from < below.valid_to
inner join {{ ref('int_unit_levels') }} as levels
    on below.ancestor_id = levels.org_unit_id
    and paths.valid_from >= levels.valid_from and paths.valid_from < levels.valid_to
left join {{ ref('org_unit_ancestors') }} as above
    on paths.org_unit_id = above.org_unit_id and paths.ancestor_id = above.ancestor_id
    and paths.valid_from >= above.valid_from and paths.valid_from < above.valid_to
where paths.ancestor_id = 'all' or below.distance < above.distance
