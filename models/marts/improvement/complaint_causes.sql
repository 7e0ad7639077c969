-- one row per month, quarter or year, unit, dimension of causes and value of it: its complaints and share of them all
{% set counts = ['complaints', 'assessed', 'upheld', 'observed', 'recurred'] %}
with placed as (
    select
        causes.month_key, causes.path_id, causes.dimension, causes.dimension_value,
        {% for column in counts -%}
        causes.{{ column }},
        {% endfor -%}
        paths.ancestor_id as org_unit_id
    from {{ ref('int_cause_complaints') }} as causes
    inner join {{ ref('int_org_unit_paths') }} as paths on causes.path_id = paths.path_id
    where causes.dimension != 'unit'
    union all
    -- Which of the units below: one dimension for each level of theirs.
    select
        causes.month_key, causes.path_id, concat('unit:', below.org_level) as dimension,
        below.unit_id as dimension_value,
        {% for column in counts -%}
        causes.{{ column }},
        {% endfor -%}
        below.ancestor_id as org_unit_id
    from {{ ref('int_cause_complaints') }} as causes
    inner join {{ ref('int_units_below') }} as below on causes.path_id = below.path_id
    where causes.dimension = 'unit'
),

cells as (
    select
        {% for column in counts -%}
        cast(coalesce(sum(placed.{{ column }}), 0) as bigint) as {{ column }},
        {% endfor -%}
        periods.period_type, periods.period_key, placed.org_unit_id, placed.dimension, placed.dimension_value
    from placed
    inner join {{ ref('int_period_parts') }} as periods
        on periods.part_type = 'month' and placed.month_key = periods.part_key
        and periods.period_type in ('month', 'quarter', 'year')
    group by
        periods.period_type, periods.period_key, placed.org_unit_id, placed.dimension, placed.dimension_value
),

ranked as (
    select
        *,
        sum(complaints) over (partition by period_type, period_key, org_unit_id, dimension) as total,
        rank() over (
            partition by period_type, period_key, org_unit_id, dimension order by complaints desc
        ) as pareto_rank,
        -- Values that tie share their place, so that no order of theirs is made up.
        sum(complaints) over (
            partition by period_type, period_key, org_unit_id, dimension order by complaints desc
            range between unbounded preceding and current row
        ) as complaints_so_far
    from cells
),

shares as (
    select
        *,
        {{ double('complaints') }} / total as share,
        {{ double('complaints_so_far') }} / total as cumulative_share,
        {{ double('upheld') }} / nullif(assessed, 0) as upheld_share,
        {{ double('recurred') }} / nullif(observed, 0) as recurrence_share,
        {{ double('total') }} as n,
        {{ double('nullif(assessed, 0)') }} as n_assessed,
        {{ double('nullif(observed, 0)') }} as n_observed
    from ranked
)

select
    period_type, period_key, org_unit_id, dimension, dimension_value, complaints,
    cast(total as bigint) as all_complaints,
    100 * share as share,
    100 * {{ wilson('low', 'share', 'n') }} as share_low,
    100 * {{ wilson('high', 'share', 'n') }} as share_high,
    cast(pareto_rank as bigint) as pareto_rank,
    100 * cumulative_share as cumulative_share,
    assessed, upheld,
    100 * upheld_share as upheld_share,
    100 * {{ wilson('low', 'upheld_share', 'n_assessed') }} as upheld_share_low,
    100 * {{ wilson('high', 'upheld_share', 'n_assessed') }} as upheld_share_high,
    observed, recurred,
    100 * recurrence_share as recurrence_share,
    100 * {{ wilson('low', 'recurrence_share', 'n_observed') }} as recurrence_share_low,
    100 * {{ wilson('high', 'recurrence_share', 'n_observed') }} as recurrence_share_high
from shares
