-- one row per day, unit, slice and slice value: exact sums of every measure of corrective actions
{{ sums_by_day('fct_corrective_actions') }}
