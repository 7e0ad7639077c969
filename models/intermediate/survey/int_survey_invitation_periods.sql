-- one row per period or wave, unit or ancestor, slice and slice value: exact sums of every measure of invitations
{{ sums_by_period('int_survey_invitation_days', 'fct_survey_invitations', is_survey=true, is_weighted=false) }}
