-- Units whose parent has no row of its own.
-- Their figures are right, and so is the whole, but no unit above them has what they did: a row is probably missing.
-- Rows name the unit and the parent to describe in org_units. A warning: a key may point to what comes later.
{{ config(severity='warn') }}
select
    units.org_unit_id,
    units.valid_from,
    units.parent_org_unit_id
from {{ ref('org_units') }} as units
left join {{ ref('org_units') }} as parents on units.parent_org_unit_id = parents.org_unit_id
where units.parent_org_unit_id is not null and parents.org_unit_id is null
