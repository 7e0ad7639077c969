-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of inspected contacts
{{ sums_by_period('int_inspected_contact_days', 'fct_inspected_contacts') }}
