-- one row per part that days are first added to (day, week, month, wave) and period that it is part of
with months as (
    select
        month_key,
        quarter_key,
        half_key,
        year_key,
        min(date_day) as first_day
    from {{ ref('dates') }}
    group by month_key, quarter_key, half_key, year_key
),

parts as (
    select period_type as part_type, period_key as part_key, period_type, period_key
    from {{ ref('periods') }}
    where period_type in ('day', 'week', 'month', 'wave')
    union all
    {% for period in ['quarter', 'half', 'year'] %}
    select 'month', month_key, '{{ period }}', {{ period }}_key from months where first_day <= {{ as_of() }}
    union all
    {% endfor %}
    select 'month', months.month_key, 'year_to_date', concat(later_months.month_key, '-ytd')
    from months
    inner join months as later_months
        on months.year_key = later_months.year_key and months.first_day <= later_months.first_day
    where later_months.first_day <= {{ as_of() }}
)

select * from parts
