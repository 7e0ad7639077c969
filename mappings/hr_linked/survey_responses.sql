-- one row per employee surveyed, without the employee: numbered within the day in the order of the
-- answers, so that neither the number nor a line of the file leads back to a person
{%- set unit = ['EmployeeID', 'InfoDate', 'Department'] %}
with surveyed as (
    select
        surveys.EnvironmentSatisfaction,
        surveys.JobSatisfaction,
        surveys.WorkLifeBalance,
        regexp_replace(lower(trim(staff.Department)), '[^a-z0-9]+', '_', 'g') as department,
        cast(try_strptime(surveys.DateSurvey, '%d/%m/%Y') as date) as surveyed_on
    from {{ source_file('employee_survey_data*.csv', personal=true) }} as surveys
    left join {{ source_file('general_data*.csv', optional=unit) }} as staff
        on surveys.EmployeeID = staff.EmployeeID
        and try_strptime(surveys.DateSurvey, '%d/%m/%Y') = try_strptime(staff.InfoDate, '%d/%m/%Y')
),

numbered as (
    select
        surveyed_on,
        department,
        row_number() over (
            partition by surveyed_on
            order by EnvironmentSatisfaction, JobSatisfaction, WorkLifeBalance, department
        ) as response_number
    from surveyed
)

select
    'hr_linked-' || strftime(surveyed_on, '%Y%m%d') || '-' || response_number as response_id,
    'hr_linked-' || year(surveyed_on) as survey_id,
    surveyed_on as submitted_at,
    'hr_linked-' || department as org_unit_id,
    'yes' as is_anonymous
from numbered
