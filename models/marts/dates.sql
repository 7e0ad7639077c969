-- one row per local day, with the week, month and fiscal periods that it belongs to
{% set weekday_names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] %}
{% set days_to_week_end = 'mod(' ~ weekday_names.index(var('week_ends_on')) ~ ' - weekday_number + 7, 7)' %}
with spine as (
    {{ dbt.date_spine('day', "cast('1970-01-01' as date)", "cast('2070-01-01' as date)") }}
),

days as (
    select
        cast(date_day as date) as date_day,
        mod({{ dbt.datediff("cast('1900-01-01' as date)", "date_day", "day") }}, 7) as weekday_number
    from spine
),

parts as (
    select
        date_day, weekday_number,
        cast({{ dbt.dateadd('day', days_to_week_end, 'date_day') }} as date) as week_last_day,
        cast(extract(year from date_day) as integer) as calendar_year,
        cast(extract(month from date_day) as integer) as calendar_month,
        mod(cast(extract(month from date_day) as integer) - {{ var('fiscal_year_starts') }} + 12, 12) as fiscal_month
    from days
),

numbers as (
    select
        *,
        cast(extract(isoyear from week_last_day) as integer) as week_year,
        cast(extract(week from week_last_day) as integer) as week_number,
        calendar_year - case when calendar_month < {{ var('fiscal_year_starts') }} then 1 else 0 end as fiscal_year,
        cast(floor(fiscal_month / 3.0) as integer) + 1 as fiscal_quarter,
        cast(floor(fiscal_month / 6.0) as integer) + 1 as fiscal_half
    from parts
)

select
    date_day,
    weekday_number + 1 as weekday_number,
    week_year, week_number, calendar_year, calendar_month,
    fiscal_month + 1 as fiscal_month,
    fiscal_quarter, fiscal_half, fiscal_year,
    cast(date_day as {{ dbt.type_string() }}) as day_key,
    concat(week_year, '-W', case when week_number < 10 then '0' else '' end, week_number) as week_key,
    concat(calendar_year, '-', case when calendar_month < 10 then '0' else '' end, calendar_month) as month_key,
    concat(fiscal_year, '-Q', fiscal_quarter) as quarter_key,
    concat(fiscal_year, '-H', fiscal_half) as half_key,
    cast(fiscal_year as {{ dbt.type_string() }}) as year_key
from numbers
