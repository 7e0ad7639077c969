-- one row per Kaplan-Meier metric, period, unit or ancestor, slice and slice value: median days or share resolved
{% set cell = 'period_type, period_key, org_unit_id, slice, slice_value' %}
with steps as (
    select *, 1 - share_resolved as unresolved, sqrt(resolved_squared_error) as std_error
    from {{ ref('int_resolution_steps') }}
),

limits as (
    select
        *,
        -- All or none resolved: nothing tells how far off that may be.
        case
            when share_resolved > 0 and share_resolved < 1
                then 1 - {{ log_log('high', 'unresolved', 'std_error / unresolved') }}
        end as low,
        case
            when share_resolved > 0 and share_resolved < 1
                then 1 - {{ log_log('low', 'unresolved', 'std_error / unresolved') }}
        end as high
    from steps
),

medians as (
    select
        {{ cell }},
        {{ double('min(case when share_resolved >= 0.5 then seconds end)') }} / 86400 as days,
        {{ double('min(case when high >= 0.5 then seconds end)') }} / 86400 as days_low,
        {{ double('min(case when low >= 0.5 then seconds end)') }} / 86400 as days_high
    from limits
    group by {{ cell }}
),

wanted as (
    select metric_id, periods, slices, method, {{ km_days('method') }} * 86400 as watched_seconds
    from {{ ref('metrics') }}
    where method like 'km_%'
)

-- In force at that time is the last step before it, while somebody is still watched or nobody is left.
select
    wanted.metric_id, limits.period_type, limits.period_key, limits.org_unit_id, limits.slice, limits.slice_value,
    limits.share_resolved as quantile_value, limits.low as ci_low, limits.high as ci_high, limits.std_error
from limits
inner join wanted
    on limits.seconds <= wanted.watched_seconds
    and (
        limits.next_seconds > wanted.watched_seconds
        or (limits.next_seconds is null and (limits.seconds = wanted.watched_seconds or limits.share_open = 0))
    )
    and {{ lists('wanted.periods', 'limits.period_type') }} and {{ lists('wanted.slices', 'limits.slice') }}
union all
select
    wanted.metric_id, medians.period_type, medians.period_key, medians.org_unit_id, medians.slice, medians.slice_value,
    medians.days, medians.days_low, medians.days_high, {{ double('null') }}
from medians
inner join wanted
    on wanted.method = 'km_p50' and medians.days is not null
    and {{ lists('wanted.periods', 'medians.period_type') }} and {{ lists('wanted.slices', 'medians.slice') }}
