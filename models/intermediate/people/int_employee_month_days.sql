-- one row per local day, unit, slice and slice value: exact sums of every measure of employees' months
{{ sums_by_day('fct_employee_months') }}
