-- one row per unit and stretch of time in which its place in the organisation held
with versions as (
    select
        org_unit_id,
        coalesce(valid_from, cast('1900-01-01' as date)) as valid_from,
        org_unit_name,
        org_level,
        nullif(parent_org_unit_id, org_unit_id) as parent_org_unit_id,
        vendor_id,
        service_line,
        opened_on,
        closed_on
    from {{ ref('stg_org_units') }}
)

select
    org_unit_id,
    valid_from,
    lead(valid_from) over (partition by org_unit_id order by valid_from) as valid_to,
    org_unit_name,
    org_level,
    parent_org_unit_id,
    vendor_id,
    service_line,
    opened_on,
    closed_on
from versions
