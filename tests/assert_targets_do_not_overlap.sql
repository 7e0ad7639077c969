-- Two targets of one metric and unit that hold on the same day, and targets that end before they start.
-- Each period of those days would appear twice in metric_values.
-- Rows name the metric, the unit and the two first days; valid_to in seeds/targets.csv is the day after the last.
with targets as (
    select
        *,
        row_number() over (partition by metric_id, org_unit_id order by valid_from, valid_to, target) as place
    from {{ ref('int_targets') }}
)

select
    one.metric_id,
    one.org_unit_id,
    one.valid_from,
    other.valid_from as other_valid_from
from targets as one
inner join targets as other
    on one.metric_id = other.metric_id
    and one.org_unit_id = other.org_unit_id
    and one.place < other.place
    and one.valid_from < other.valid_to
    and one.valid_to > other.valid_from
union all
select
    metric_id,
    org_unit_id,
    valid_from,
    valid_to as other_valid_from
from targets
where valid_to <= valid_from
