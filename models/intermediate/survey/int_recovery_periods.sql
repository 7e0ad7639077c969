-- one row per period or wave, unit or ancestor, slice and slice value: exact sums of every measure of the recovery queue
{{ sums_by_period('int_recovery_days', 'recovery_queue', is_survey=true) }}
