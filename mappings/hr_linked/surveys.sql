-- one row per yearly survey of the employees
with surveyed as (
    select distinct cast(try_strptime(DateSurvey, '%d/%m/%Y') as date) as surveyed_on
    from {{ source_file('employee_survey_data*.csv', personal=true) }}
)

select
    'hr_linked-' || year(surveyed_on) as survey_id,
    'Employee survey ' || year(surveyed_on) as survey_name,
    'employee_engagement' as programme,
    'employee' as subject,
    'internal' as run_by,
    '1' as version,
    year(surveyed_on) as wave,
    min(surveyed_on) as opened_on,
    max(surveyed_on) as closed_on
from surveyed
group by year(surveyed_on)
