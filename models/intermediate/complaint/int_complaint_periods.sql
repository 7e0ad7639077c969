-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of complaints
{{ sums_by_period(none, 'fct_complaints') }}
