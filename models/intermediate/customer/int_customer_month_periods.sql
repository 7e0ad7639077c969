-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of customers' months
{{ sums_by_period('int_customer_month_days', 'fct_customer_months') }}
