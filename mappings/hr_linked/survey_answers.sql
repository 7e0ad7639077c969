-- one row per question answered, numbered as the responses are; blank cells are no answer
with numbered as (
    select
        EnvironmentSatisfaction,
        JobSatisfaction,
        WorkLifeBalance,
        try_strptime(DateSurvey, '%d/%m/%Y') as surveyed_on,
        row_number() over (
            partition by try_strptime(DateSurvey, '%d/%m/%Y')
            order by EnvironmentSatisfaction, JobSatisfaction, WorkLifeBalance
        ) as response_number
    from {{ source_file('employee_survey_data*.csv', personal=true) }}
)

select
    'hr_linked-' || strftime(surveyed_on, '%Y%m%d') || '-' || response_number as response_id,
    item_code,
    answer_value
from numbered
unpivot (answer_value for item_code in (EnvironmentSatisfaction, JobSatisfaction, WorkLifeBalance))
where trim(answer_value) <> ''
