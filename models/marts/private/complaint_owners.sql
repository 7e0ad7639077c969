-- one row per complaint and stretch of time in which somebody was responsible for it
with employees as (
    select distinct employee_id, employee_key from {{ ref('stg_employees') }}
)

select
    owners.complaint_id,
    cast(owners.owner_number as integer) as owner_number,
    employees.employee_key as person_key,
    case when owners.owner like 'unit:%' then substring(owners.owner, 6) end as org_unit_id,
    owners.taken_by, owners.taken_at, owners.passed_on_at, owners.is_hand_off, owners.is_accepted
from {{ ref('int_complaint_owners') }} as owners
left join employees on owners.owner = employees.employee_id
