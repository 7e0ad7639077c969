-- one row per unit, ancestor (itself included) and stretch of time in which the one was under the other
with recursive units as (
    select
        org_unit_id, parent_org_unit_id, valid_from,
        coalesce(valid_to, cast('9999-01-01' as date)) as valid_to
    from {{ ref('org_units') }}
),

ancestors as (
    select
        org_unit_id,
        org_unit_id as ancestor_id,
        parent_org_unit_id as next_id,
        valid_from, valid_to,
        0 as distance
    from units
    union all
    select
        ancestors.org_unit_id,
        units.org_unit_id as ancestor_id,
        units.parent_org_unit_id as next_id,
        greatest(ancestors.valid_from, units.valid_from) as valid_from,
        least(ancestors.valid_to, units.valid_to) as valid_to,
        ancestors.distance + 1 as distance
    from ancestors
    inner join units
        on ancestors.next_id = units.org_unit_id
        and ancestors.valid_from < units.valid_to
        and units.valid_from < ancestors.valid_to
    -- A ring of units would never end; a test names it.
    where ancestors.distance < 20 and ancestors.org_unit_id != units.org_unit_id
)

select org_unit_id, ancestor_id, valid_from, valid_to, distance
from ancestors
