-- one row per employee per yearly extract; who leaves after it carries the day and the reason
{%- set leaving = ['EmployeeID', 'retirementDate', 'retirementType'] %}
with extracts as (
    select
        *,
        cast(try_strptime(InfoDate, '%d/%m/%Y') as date) as extracted_on
    from {{ source_file('general_data*.csv') }}
),

leavers as (
    select
        EmployeeID,
        retirementType,
        cast(try_strptime(retirementDate, '%d/%m/%Y') as date) as left_on
    from {{ source_file('retirement_info*.csv', optional=leaving) }}
)

select
    'hr_linked-' || extracts.EmployeeID as employee_id,
    extracts.extracted_on,
    'hr_linked-' || regexp_replace(lower(trim(extracts.Department)), '[^a-z0-9]+', '_', 'g')
        as org_unit_id,
    extracts.JobRole as job_role,
    leavers.left_on,
    case leavers.retirementType
        when 'Resignation' then 'voluntary'
        when 'Fired' then 'involuntary'
        else leavers.retirementType
    end as leaving_reason,
    case
        when try_cast(extracts.Age as integer) < 25 then 'under 25'
        when try_cast(extracts.Age as integer) < 35 then '25-34'
        when try_cast(extracts.Age as integer) < 45 then '35-44'
        when try_cast(extracts.Age as integer) < 55 then '45-54'
        when try_cast(extracts.Age as integer) >= 55 then '55 and over'
    end as age_band,
    extracts._file,
    extracts._line
from extracts
left join leavers
    on extracts.EmployeeID = leavers.EmployeeID
    and extracts.extracted_on < leavers.left_on
