-- one row per calendar period: its key, first day, the day after its last, and its place in a year
with days as (
    select * from {{ ref('dates') }}
),

months as (
    select
        month_key, year_key,
        min(calendar_year) as calendar_year,
        min(calendar_month) as calendar_month,
        min(date_day) as first_day,
        max(date_day) as last_day
    from days
    group by month_key, year_key
),

years as (
    select year_key, min(date_day) as first_day from days group by year_key
),

periods as (
    {% for type, key, year, number in [
        ('day', 'day_key', 'calendar_year', 'calendar_month * 100 + extract(day from date_day)'),
        ('week', 'week_key', 'week_year', 'week_number'),
        ('month', 'month_key', 'calendar_year', 'calendar_month'),
        ('quarter', 'quarter_key', 'fiscal_year', 'fiscal_quarter'),
        ('half', 'half_key', 'fiscal_year', 'fiscal_half'),
        ('year', 'year_key', 'fiscal_year', '1'),
    ] %}
    select
        '{{ type }}' as period_type,
        {{ key }} as period_key,
        min(date_day) as first_day,
        max(date_day) as last_day,
        min({{ year }}) as year_number,
        min({{ number }}) as number_in_year
    from days
    group by {{ key }}
    union all
    {% endfor %}
    select
        'year_to_date' as period_type,
        concat(months.month_key, '-ytd') as period_key,
        years.first_day, months.last_day,
        months.calendar_year as year_number,
        months.calendar_month as number_in_year
    from months
    inner join years on months.year_key = years.year_key
)

select
    period_type, period_key,
    first_day as period_start,
    cast({{ dbt.dateadd('day', 1, 'last_day') }} as date) as period_end,
    year_number,
    cast(number_in_year as integer) as number_in_year
from periods
