-- one row per period, unit or ancestor, slice and slice value: exact sums of every measure of employees' months
{{ sums_by_period('int_employee_month_days', 'fct_employee_months') }}
