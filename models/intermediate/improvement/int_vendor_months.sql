-- one row per vendor, month and measure: complaints and households where these are known, penalties and payments
with volumes as (
    select volumes.*, units.vendor_id
    from {{ ref('stg_unit_volumes') }} as volumes
    inner join {{ ref('org_units') }} as units
        on volumes.org_unit_id = units.org_unit_id
        and volumes.month >= units.valid_from and (units.valid_to is null or volumes.month < units.valid_to)
    where volumes.measure = 'households' and units.vendor_id is not null
),

-- Households of a unit are among those of the units above it, where these tell theirs.
households as (
    select vendor_id, month, sum(quantity) as households
    from volumes
    where
        not exists (
            select 1 from {{ ref('org_unit_ancestors') }} as ancestors
            inner join volumes as above on ancestors.ancestor_id = above.org_unit_id
            where
                ancestors.org_unit_id = volumes.org_unit_id and ancestors.distance > 0
                and volumes.month >= ancestors.valid_from and volumes.month < ancestors.valid_to
                and above.month = volumes.month and above.vendor_id = volumes.vendor_id
        )
    group by vendor_id, month
),

complaints as (
    select vendor as vendor_id, cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month, count(*) as complaints
    from {{ ref('fct_complaints') }}
    where complaints = 1 and vendor is not null
    group by vendor, cast({{ dbt.date_trunc('month', 'date_day') }} as date)
),

costs as (
    select
        coalesce(costs.vendor_id, units.vendor_id) as vendor_id, costs.month, costs.amount,
        case costs.cost_type when 'vendor' then 'vendor_cost' else costs.cost_type end as metric_id,
        coalesce(costs.currency, 'unknown') as currency
    from {{ ref('stg_costs') }} as costs
    left join {{ ref('org_units') }} as units
        on costs.org_unit_id = units.org_unit_id
        and costs.month >= units.valid_from and (units.valid_to is null or costs.month < units.valid_to)
    where costs.cost_type in ('vendor', 'vendor_penalty')
)

select
    households.vendor_id, households.month, 'complaints_per_100_households' as metric_id, 'all' as currency,
    coalesce(complaints.complaints, 0) as events,
    cast(households.households as decimal(38, 6)) as amount
from households
left join complaints on households.vendor_id = complaints.vendor_id and households.month = complaints.month
union all
select vendor_id, month, metric_id, currency, null, cast(sum(amount) as decimal(38, 6))
from costs
where vendor_id is not null
group by vendor_id, month, metric_id, currency
