-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of complaints
{{ sums_by_period('int_complaint_days', 'fct_complaints') }}
