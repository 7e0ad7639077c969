-- one row per measure of volume, period and unit or ancestor: the mean of its months
with reports as (
    select
        volumes.org_unit_id, volumes.measure, dates.month_key,
        max(dates.date_day) as last_day,
        max(volumes.quantity) as quantity
    from {{ ref('stg_unit_volumes') }} as volumes
    inner join {{ ref('dates') }} as months on volumes.month = months.date_day
    inner join {{ ref('dates') }} as dates on months.month_key = dates.month_key and dates.date_day <= {{ as_of() }}
    where volumes.measure in ('subscribers', 'households')
    group by volumes.org_unit_id, volumes.measure, dates.month_key
),

placed as (
    select reports.*, coalesce(paths.ancestor_id, 'all') as ancestor_id
    from reports
    left join {{ ref('int_org_unit_paths') }} as paths
        on reports.org_unit_id = paths.org_unit_id
        and reports.last_day >= paths.valid_from and reports.last_day < paths.valid_to
),

-- A unit that reports speaks for all below it: what these report counts no further up than below it.
spoken_for as (
    select distinct below.org_unit_id, below.measure, below.month_key, above.ancestor_id
    from placed as below
    inner join placed as above
        on below.ancestor_id = above.org_unit_id and below.org_unit_id != above.org_unit_id
        and below.measure = above.measure and below.month_key = above.month_key
),

months as (
    select placed.measure, placed.month_key, placed.ancestor_id, sum(placed.quantity) as quantity
    from placed
    left join spoken_for
        on placed.org_unit_id = spoken_for.org_unit_id and placed.measure = spoken_for.measure
        and placed.month_key = spoken_for.month_key and placed.ancestor_id = spoken_for.ancestor_id
    where spoken_for.org_unit_id is null
    group by placed.measure, placed.month_key, placed.ancestor_id
)

select
    months.measure, periods.period_type, periods.period_key,
    months.ancestor_id as org_unit_id,
    cast(ceil(avg({{ double('months.quantity') }})) as bigint) as base_count,
    cast(sum(cast(months.quantity as decimal(24, 6))) / count(*) as decimal(38, 12)) as value_sum
from months
inner join {{ ref('int_period_parts') }} as periods
    on months.month_key = periods.part_key and periods.part_type = 'month'
group by months.measure, periods.period_type, periods.period_key, months.ancestor_id
