-- one row per department, and the company above them
with departments as (
    select distinct trim(Department) as department
    from {{ source_file('general_data*.csv') }}
)

select
    'hr_linked' as org_unit_id,
    'Company of the linked HR tables' as org_unit_name,
    'company' as org_level,
    null as parent_org_unit_id
union all
select
    'hr_linked-' || regexp_replace(lower(trim(department)), '[^a-z0-9]+', '_', 'g') as org_unit_id,
    department as org_unit_name,
    'department' as org_level,
    'hr_linked' as parent_org_unit_id
from departments
