-- one row per vendor, quarter or year and figure, with the places among all vendors that its interval leaves open
with figures as (
    -- Every metric of the catalogue that is cut by vendor: a metric comes in, and goes, by its slices in metrics.csv.
    select
        slice_value as vendor_id, period_type, period_key, metric_id, unit, better, base_count,
        value, ci_low, ci_high, state, is_hidden
    from {{ ref('int_metric_estimates') }}
    where
        slice = 'vendor' and org_unit_id = 'all' and weighting = 'none'
        and period_type in ('quarter', 'year') and state != 'not_measured'
    union all
    select
        vendor_id, period_type, period_key, metric_id, unit, better, base_count, value, ci_low, ci_high,
        case when value is null then 'mixed_currencies' else 'ok' end, false
    from {{ ref('int_vendor_figures') }}
),

seen as (
    select
        vendor_id, period_type, period_key, metric_id, unit, better, state,
        {% for column in ['base_count', 'value', 'ci_low', 'ci_high'] -%}
        case when not is_hidden then {{ column }} end as {{ column }},
        {% endfor -%}
        -- What no vendor does stands beside them for comparison, and takes no place.
        not is_hidden and better != 'none' and vendor_id != 'unknown' as may_be_ranked,
        case better when 'higher' then ci_low when 'lower' then -ci_high end as worst_case,
        case better when 'higher' then ci_high when 'lower' then -ci_low end as best_case
    from figures
),

ranked as (
    select * from seen where may_be_ranked and worst_case is not null and best_case is not null
),

places as (
    select
        mine.vendor_id, mine.period_type, mine.period_key, mine.metric_id,
        count(*) as ranked_vendors,
        -- Certainly better or worse: the intervals do not touch.
        sum(case when theirs.worst_case > mine.best_case then 1 else 0 end) as better_ones,
        sum(case when theirs.best_case < mine.worst_case then 1 else 0 end) as worse_ones
    from ranked as mine
    inner join ranked as theirs
        on mine.metric_id = theirs.metric_id
        and mine.period_type = theirs.period_type and mine.period_key = theirs.period_key
    group by mine.vendor_id, mine.period_type, mine.period_key, mine.metric_id
)

select
    seen.vendor_id, vendors.vendor_name, vendors.service_class,
    seen.period_type, seen.period_key, periods.period_start, periods.period_end, periods.is_complete,
    seen.metric_id, seen.unit, seen.better, seen.base_count, seen.value, seen.ci_low, seen.ci_high, seen.state,
    cast(1 + places.better_ones as bigint) as rank_low,
    cast(places.ranked_vendors - places.worse_ones as bigint) as rank_high,
    cast(places.ranked_vendors as bigint) as ranked_vendors
from seen
inner join {{ ref('periods') }} as periods
    on seen.period_type = periods.period_type and seen.period_key = periods.period_key
left join {{ ref('stg_vendors') }} as vendors on seen.vendor_id = vendors.vendor_id
left join places
    on seen.vendor_id = places.vendor_id and seen.metric_id = places.metric_id
    and seen.period_type = places.period_type and seen.period_key = places.period_key
