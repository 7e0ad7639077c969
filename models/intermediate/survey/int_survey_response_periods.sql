-- one row per period or wave, unit or ancestor, slice and slice value: exact sums of every measure of survey responses
{{ sums_by_period('int_survey_response_days', 'fct_survey_responses', is_survey=true) }}
