-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of closings, resolutions and promises
{{ sums_by_period(none, 'fct_complaint_milestones') }}
