-- one row per day, unit, slice and slice value: exact sums of every measure of inspections
{{ sums_by_day('fct_inspections') }}
