-- one row per vendor, quarter or year and figure that the catalogue has no metric for: its value and interval
with sums as (
    select
        months.vendor_id, months.metric_id, periods.period_type, periods.period_key,
        case when count(distinct months.currency) = 1 then min(months.currency) end as currency,
        cast(sum(months.events) as bigint) as events,
        sum(months.amount) as amount,
        count(*) as months
    from {{ ref('int_vendor_months') }} as months
    inner join {{ ref('dates') }} as dates on months.month = dates.date_day
    inner join {{ ref('int_period_parts') }} as periods
        on periods.part_type = 'month' and dates.month_key = periods.part_key
        and periods.period_type in ('quarter', 'year')
    group by months.vendor_id, months.metric_id, periods.period_type, periods.period_key
)

select
    vendor_id, metric_id, period_type, period_key,
    events as base_count,
    case when metric_id = 'complaints_per_100_households' then 'per_100_households' else currency end as unit,
    case when metric_id = 'complaints_per_100_households' then 'lower' else 'none' end as better,
    -- Of the average number of households in the months that tell theirs.
    case
        when metric_id = 'complaints_per_100_households' then 100 * events * months / nullif({{ double('amount') }}, 0)
        when currency is not null then {{ double('amount') }}
    end as value,
    case
        when events is not null then 100 * {{ poisson_low('events') }} * months / nullif({{ double('amount') }}, 0)
    end as ci_low,
    100 * {{ poisson_high('events') }} * months / nullif({{ double('amount') }}, 0) as ci_high
from sums
