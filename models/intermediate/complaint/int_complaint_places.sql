-- one row per complaint or other case and place that it counts in: its unit, its ancestors on the day of receipt, `all`
select cases.complaint_id, coalesce(paths.ancestor_id, 'all') as ancestor_id
from {{ ref('int_complaint_cases') }} as cases
left join {{ ref('int_org_unit_paths') }} as paths
    on cases.org_unit_id = paths.org_unit_id
    and cases.date_day >= paths.valid_from and cases.date_day < paths.valid_to
