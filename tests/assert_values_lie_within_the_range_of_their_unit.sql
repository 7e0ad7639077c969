-- Figures that their unit cannot have: shares and indices outside 0 to 100, points beyond 100, counts below 0 (rule 8).
-- A sum that was doubled or a weight that went missing shows first at the ends of the range.
-- Rows name the cell; they are a fault of the models, or of the factor in seeds/metrics.csv.
{% set counted = ['contacts', 'complaints', 'responses', 'employees', 'seconds', 'days', 'per_1000'] %}
select
    figures.metric_id,
    figures.period_type,
    figures.period_key,
    figures.org_unit_id,
    figures.slice,
    figures.slice_value,
    figures.weighting,
    figures.value
from {{ ref('metric_values') }} as figures
inner join {{ ref('metrics') }} as metrics on figures.metric_id = metrics.metric_id
where
    (metrics.unit in ('percent', 'index_0_100') and figures.value < 0)
    or (metrics.unit in ('percent', 'index_0_100') and metrics.method != 'rate' and figures.value > 100)
    or (metrics.unit in ('nps', 'points') and (figures.value > 100 or figures.value < -100))
    or (
        metrics.unit in ('{{ counted | join("', '") }}')
        and figures.value < 0
    )
    or figures.std_error < 0
