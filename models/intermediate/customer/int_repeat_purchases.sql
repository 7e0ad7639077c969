-- one row per period and unit or ancestor: who bought there in the period before, and how many of them bought again
with periods as (
    select * from {{ ref('periods') }}
    where period_type in ('month', 'quarter', 'half', 'year')
),

purchases as (
    select
        purchases.date_day, purchases.person_key,
        coalesce(paths.ancestor_id, 'all') as org_unit_id
    from {{ ref('fct_purchases') }} as purchases
    left join {{ ref('int_org_unit_paths') }} as paths
        on purchases.org_unit_id = paths.org_unit_id
        and purchases.date_day >= paths.valid_from and purchases.date_day < paths.valid_to
    where purchases.person_key is not null
),

buyers as (
    select distinct
        periods.period_type, periods.period_key, purchases.org_unit_id, purchases.person_key
    from purchases
    inner join periods on purchases.date_day >= periods.period_start and purchases.date_day < periods.period_end
)

select
    periods.period_type, periods.period_key, earlier.org_unit_id,
    cast(count(*) as bigint) as base_count,
    cast(count(again.person_key) as decimal(38, 12)) as value_sum
from buyers as earlier
inner join periods
    on earlier.period_type = periods.period_type and earlier.period_key = periods.previous_key
left join buyers as again
    on periods.period_type = again.period_type
    and periods.period_key = again.period_key
    and earlier.org_unit_id = again.org_unit_id
    and earlier.person_key = again.person_key
group by periods.period_type, periods.period_key, earlier.org_unit_id
