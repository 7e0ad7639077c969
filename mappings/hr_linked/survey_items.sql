-- one row per question per yearly survey
with surveyed as (
    select distinct year(try_strptime(DateSurvey, '%d/%m/%Y')) as survey_year
    from {{ source_file('employee_survey_data*.csv', personal=true) }}
),

questions (position, item_code, construct, dimension, item_text) as (
    values
    (1, 'EnvironmentSatisfaction', 'satisfaction', 'environment', 'Satisfaction with workplace'),
    (2, 'JobSatisfaction', 'overall_satisfaction', null, 'Satisfaction with the job'),
    (3, 'WorkLifeBalance', 'satisfaction', 'work_life_balance', 'Balance of work and life')
)

select
    'hr_linked-' || surveyed.survey_year as survey_id,
    questions.item_code,
    questions.item_text,
    questions.construct,
    'likert4' as scale,
    questions.dimension,
    questions.position,
    'hr_linked-' || questions.item_code as concept
from surveyed
cross join questions
