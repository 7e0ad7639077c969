-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of inspections
{{ sums_by_period('int_inspection_days', 'fct_inspections') }}
