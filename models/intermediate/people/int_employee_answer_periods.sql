-- one row per period or wave, unit or ancestor, slice and slice value: exact sums of every measure of employee answers
{{ sums_by_period('int_employee_answer_days', 'fct_employee_answers', is_survey=true) }}
