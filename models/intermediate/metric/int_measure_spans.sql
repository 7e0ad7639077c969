-- one row per fact and measure: the first and the last day on which it was measured
{% set pooled = [
    'int_survey_answer_days', 'int_survey_response_days', 'int_survey_invitation_days', 'int_recovery_days',
] %}
{% for fact, days in {
    'fct_contacts': 'int_contact_days', 'fct_complaints': 'int_complaint_days',
    'fct_survey_answers': 'int_survey_answer_days', 'fct_survey_responses': 'int_survey_response_days',
    'recovery_queue': 'int_recovery_days', 'fct_employee_answers': 'int_employee_answer_days',
    'fct_customer_months': 'int_customer_month_days',
    'fct_survey_invitations': 'int_survey_invitation_days',
    'fct_corrective_actions': 'int_corrective_action_days', 'fct_inspections': 'int_inspection_days',
    'fct_inspected_contacts': 'int_inspected_contact_days',
}.items() %}
{% set sums = ref(days) %}
{% for measure in measures(fact) %}
select '{{ fact }}' as fact, '{{ measure.name }}' as measure, min(date_day) as first_day, max(date_day) as last_day
from {{ sums }}
where {{ measure.name }}__n > 0 and slice = 'all' {% if days in pooled %}and is_pooled{% endif %}
union all
{% endfor %}
{% endfor %}
select 'fct_purchases' as fact, 'bought_again' as measure, min(date_day) as first_day, max(date_day) as last_day
from {{ ref('fct_purchases') }}
union all
-- Who is employed is known from the first extract on, whatever day of a month its row is dated by.
{% for measure in measures('fct_employee_months') + [{'name': 'headcount'}, {'name': 'person_years'}] %}
select 'fct_employee_months', '{{ measure.name }}', min(extracts.first_extract_on), max(days.date_day)
from {{ ref('int_employee_month_days') }} as days
cross join {{ ref('int_first_extract') }} as extracts
{% if not loop.last %}union all{% endif %}
{% endfor %}
