-- one row per period or wave, unit or ancestor, slice and slice value: exact sums of every measure of survey answers
{{ sums_by_period('int_survey_answer_days', 'fct_survey_answers', is_survey=true) }}
