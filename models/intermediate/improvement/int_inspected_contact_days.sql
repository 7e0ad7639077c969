-- one row per day, unit, slice and slice value: exact sums of every measure of inspected contacts
{{ sums_by_day('fct_inspected_contacts') }}
