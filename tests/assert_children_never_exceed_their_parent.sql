-- Counts of which the units straight under a unit have more together than it has, or a unit more than the whole.
-- Each event has one unit, and every ancestor of that unit counts it once.
-- Rows name the metric, the period and the unit above with both counts; they are a fault of the models.
with counts as (
    select figures.*
    from {{ ref('metric_values') }} as figures
    inner join {{ ref('metrics') }} as metrics on figures.metric_id = metrics.metric_id
    where figures.slice = 'all' and metrics.method in ('sum', 'stock') and metrics.privacy_class = 'operational'
),

-- Under that unit for the whole of the period: a unit that moved brings the parent what it did there only.
children as (
    select
        counts.metric_id,
        counts.period_type,
        counts.period_key,
        ancestors.ancestor_id as org_unit_id,
        sum(counts.value) as children_value
    from counts
    inner join {{ ref('org_unit_ancestors') }} as ancestors
        on counts.org_unit_id = ancestors.org_unit_id
        and ancestors.distance = 1
        and counts.period_start >= ancestors.valid_from
        and counts.period_end <= ancestors.valid_to
    group by counts.metric_id, counts.period_type, counts.period_key, ancestors.ancestor_id
    union all
    select
        metric_id,
        period_type,
        period_key,
        'all' as org_unit_id,
        max(value) as children_value
    from counts
    group by metric_id, period_type, period_key
)

select
    children.metric_id,
    children.period_type,
    children.period_key,
    children.org_unit_id,
    children.children_value,
    counts.value
from children
left join counts
    on children.metric_id = counts.metric_id
    and children.period_type = counts.period_type
    and children.period_key = counts.period_key
    and children.org_unit_id = counts.org_unit_id
where children.children_value > coalesce(counts.value, 0)
