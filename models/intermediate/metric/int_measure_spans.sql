-- one row per fact and measure: the first and the last day on which it was measured
{% set pooled = [
    'int_survey_answer_days', 'int_survey_response_days', 'int_survey_invitation_days', 'int_recovery_days',
] %}
{% for fact, days in {
    'fct_contacts': 'int_contact_days',
    'fct_survey_answers': 'int_survey_answer_days', 'fct_survey_responses': 'int_survey_response_days',
    'recovery_queue': 'int_recovery_days', 'fct_employee_answers': 'int_employee_answer_days',
    'fct_customer_months': 'int_customer_month_days',
    'fct_survey_invitations': 'int_survey_invitation_days', 'fct_complaint_recoveries': 'int_complaint_recovery_days',
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
-- Of facts without daily sums, by their rows.
{% for fact in ['fct_complaints', 'fct_complaint_milestones'] %}
{% set rows = ref(fact) %}
{% for measure in measures(fact) %}
select '{{ fact }}' as fact, '{{ measure.name }}' as measure, min(date_day) as first_day, max(date_day) as last_day
from {{ rows }}
where {{ measure.name }} is not null
union all
{% endfor %}
{% endfor %}
{% for measure in ['open_complaints', 'open_over_14d'] %}
select
    'complaint_backlog_days' as fact, '{{ measure }}' as measure,
    min({{ adapter.quote('date') }}) as first_day, max({{ adapter.quote('date') }}) as last_day
from {{ ref('complaint_backlog_days') }}
union all
{% endfor %}
select 'fct_purchases' as fact, 'bought_again' as measure, min(date_day) as first_day, max(date_day) as last_day
from {{ ref('fct_purchases') }}
union all
select 'fct_complaints', 'resolution_time', min(date_day), max(date_day) from {{ ref('int_complaint_exits') }}
union all
select 'fct_contacts', 'customers', min(date_day), max(date_day)
from {{ ref('fct_contacts') }}
where person_key is not null and outcome != 'not_a_contact'
union all
select 'unit_volumes', measure, min(month), max(month)
from {{ ref('stg_unit_volumes') }}
where measure in ('subscribers', 'households')
group by measure
union all
-- Who is employed is known from the first extract on, whatever day of a month its row is dated by.
{% for measure in measures('fct_employee_months') + [{'name': 'headcount'}, {'name': 'person_years'}] %}
select 'fct_employee_months', '{{ measure.name }}', min(extracts.first_extract_on), max(days.date_day)
from {{ ref('int_employee_month_days') }} as days
cross join {{ ref('int_first_extract') }} as extracts
{% if not loop.last %}union all{% endif %}
{% endfor %}
