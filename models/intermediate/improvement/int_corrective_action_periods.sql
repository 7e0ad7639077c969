-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of corrective actions
{{ sums_by_period('int_corrective_action_days', 'fct_corrective_actions') }}
