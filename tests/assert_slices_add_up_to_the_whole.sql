-- Cells of contacts and complaints whose slice values together have another base than the whole.
-- What has no value of the cut is `unknown`, so nothing may be missing and nothing may count twice.
-- Rows name the metric, period, unit and slice with both counts; they are a fault of the models.
with figures as (
    select figures.*
    from {{ ref('metric_values') }} as figures
    inner join {{ ref('metrics') }} as metrics on figures.metric_id = metrics.metric_id
    where metrics.fact in ('fct_contacts', 'fct_complaints') and metrics.method in ('sum', 'mean')
),

slices as (
    select
        metric_id,
        period_type,
        period_key,
        org_unit_id,
        slice,
        sum(base_count) as base_count
    from figures
    where slice != 'all'
    group by metric_id, period_type, period_key, org_unit_id, slice
)

select
    slices.metric_id,
    slices.period_type,
    slices.period_key,
    slices.org_unit_id,
    slices.slice,
    slices.base_count as slice_base_count,
    figures.base_count
from slices
left join figures
    on slices.metric_id = figures.metric_id
    and slices.period_type = figures.period_type
    and slices.period_key = figures.period_key
    and slices.org_unit_id = figures.org_unit_id
    and figures.slice = 'all'
where figures.metric_id is null or slices.base_count != figures.base_count
