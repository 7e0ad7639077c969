-- one row per local day, unit, slice and slice value: exact sums of every measure of resolved complaints
{{ sums_by_day('fct_complaint_recoveries') }}
