-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of contacts
{{ sums_by_period('int_contact_days', 'fct_contacts') }}
