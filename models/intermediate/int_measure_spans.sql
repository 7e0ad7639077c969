-- one row per fact and measure: the first and the last day on which it was measured
{% for fact, days in {
    'fct_contacts': 'int_contact_days', 'fct_complaints': 'int_complaint_days',
    'fct_survey_answers': 'int_survey_answer_days', 'fct_survey_responses': 'int_survey_response_days',
    'fct_employee_answers': 'int_employee_answer_days', 'fct_employee_months': 'int_employee_month_days',
}.items() %}
{% set sums = ref(days) %}
{% for measure in measures(fact) %}
select '{{ fact }}' as fact, '{{ measure.name }}' as measure, min(date_day) as first_day, max(date_day) as last_day
from {{ sums }}
where {{ measure.name }}__n > 0 and slice = 'all' {% if 'survey' in days %}and is_pooled{% endif %}
union all
{% endfor %}
{% endfor %}
select 'fct_employee_months', 'headcount', min(date_day), max(date_day) from {{ ref('int_employee_month_days') }}
