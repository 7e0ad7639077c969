-- one row per customer and month in which they were one, as of the month's last day with us that is known
with months as (
    select
        periods.*,
        least(cast({{ dbt.dateadd('day', -1, 'periods.period_end') }} as date), {{ as_of() }}) as last_known_day
    from {{ ref('periods') }} as periods
    inner join {{ ref('int_customers_known_from') }} as known on periods.period_end > known.known_from
    where periods.period_type = 'month'
),

present as (
    select
        lives.*,
        months.period_key as month_key,
        months.period_start, months.last_known_day,
        {{ dbt.datediff('months.period_start', 'months.last_known_day', 'day') }} + 1 as month_days, -- noqa: LT05, dbt's macro is long
        coalesce(lives.left_on <= months.last_known_day, false) as has_left,
        coalesce(lives.since_on >= months.period_start, false) as has_joined
    from months
    inner join {{ ref('int_customer_lives') }} as lives
        on (lives.since_on is null or lives.since_on <= months.last_known_day)
        and (lives.left_on is null or lives.left_on >= months.period_start)
),

dated as (
    select
        *,
        case when has_left then left_on else last_known_day end as date_day
    from present
)

select
    dated.customer_key as person_key,
    dated.month_key, dated.date_day, customers.org_unit_id, customers.tier, customers.segment,
    case when dated.has_left then coalesce(dated.leaving_reason, 'unknown') end as leaving_reason,
    cast(case when dated.has_left then 1 else 0 end as smallint) as leavers,
    -- Half of who was there when the month began, half of who was there when it ended: the average of the month.
    cast(dated.month_days * (
        (case when dated.has_joined then 0 else 0.5 end) + (case when dated.has_left then 0 else 0.5 end)
    ) as decimal(18, 6)) as customer_days,
    cast(case when dated.has_joined then dated.came_by_referral end as smallint) as came_by_referral
from dated
left join {{ ref('int_customer_spells') }} as customers
    on dated.customer_id = customers.customer_id
    and dated.date_day >= customers.valid_from and dated.date_day < customers.valid_to
