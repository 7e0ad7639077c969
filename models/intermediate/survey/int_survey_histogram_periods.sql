-- one row per period or wave, unit or ancestor, slice, measure of responses that has a quantile, and whole value
{{ histogram_by_period('int_survey_histogram_days', 'fct_survey_responses', is_survey=true) }}
