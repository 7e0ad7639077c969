-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of resolved complaints
{{ sums_by_period('int_complaint_recovery_days', 'fct_complaint_recoveries') }}
