-- one row per local day, unit, slice and slice value: exact sums of every measure of customers' months
{{ sums_by_day('fct_customer_months') }}
