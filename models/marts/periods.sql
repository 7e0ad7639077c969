-- one row per period that metric_values may have: calendar periods up to as_of, and waves of surveys
with calendar as (
    select
        current_one.period_type, current_one.period_key, current_one.period_start, current_one.period_end,
        lag(current_one.period_key) over (
            partition by current_one.period_type order by current_one.period_start, current_one.period_end
        ) as previous_key,
        year_ago.period_key as year_ago_key
    from {{ ref('int_calendar_periods') }} as current_one
    left join {{ ref('int_calendar_periods') }} as year_ago
        on current_one.period_type = year_ago.period_type
        and current_one.year_number = year_ago.year_number + 1
        and current_one.number_in_year = year_ago.number_in_year
),

survey_waves as (
    select
        concat(programme, ':', wave) as period_key,
        programme,
        min(opened_on) as period_start,
        case
            when count(closed_on) = count(*) then cast({{ dbt.dateadd('day', 1, 'max(closed_on)') }} as date)
        end as period_end
    from {{ ref('stg_surveys') }}
    where wave is not null
    group by programme, wave
),

waves as (
    select
        'wave' as period_type,
        period_key, period_start, period_end,
        lag(period_key) over (partition by programme order by period_start, period_key) as previous_key,
        cast(null as {{ dbt.type_string() }}) as year_ago_key
    from survey_waves
),

periods as (
    select * from calendar
    union all
    select * from waves
)

select
    period_type, period_key, period_start, period_end,
    coalesce(period_end <= {{ dbt.dateadd('day', 1, as_of()) }}, false) as is_complete,
    previous_key, year_ago_key
from periods
where
    period_start <= {{ as_of() }}
    -- A year to date begins with its year, and is there when its month is.
    and (period_type != 'year_to_date' or {{ dbt.dateadd('month', -1, 'period_end') }} <= {{ as_of() }})
