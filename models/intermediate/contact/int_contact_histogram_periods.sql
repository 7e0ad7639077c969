-- one row per period, unit or ancestor, slice, measure of contacts that has a quantile, and whole value
{{ histogram_by_period('int_contact_histogram_days', 'fct_contacts') }}
