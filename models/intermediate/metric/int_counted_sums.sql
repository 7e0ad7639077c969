-- one row per measure that no rows of a fact add up to, period, unit, slice and slice value: its base and its sum
select
    'fct_purchases' as fact, 'bought_again' as measure, period_type, period_key, org_unit_id,
    'all' as slice, 'all' as slice_value, base_count, cast(value_sum as decimal(38, 12)) as value_sum
from {{ ref('int_repeat_purchases') }}
-- The backlog of a period is that of its last known day.
{%- for measure, sum in {'open_complaints': 'closing', 'open_over_14d': 'age_15_30 + backlog.age_over_30'}.items() %}
union all
select
    'complaint_backlog_days', '{{ measure }}', periods.period_type, periods.period_key, backlog.org_unit_id,
    'all', 'all', backlog.closing, cast(backlog.{{ sum }} as decimal(38, 12))
from {{ ref('periods') }} as periods
inner join {{ ref('complaint_backlog_days') }} as backlog
    on backlog.{{ adapter.quote('date') }} = {{ last_known_day('periods') }}
where periods.period_type not in ('day', 'wave')
{%- endfor %}
-- All whose way to a resolution was watched, and those of them that were seen resolved.
union all
select
    'fct_complaints', 'resolution_time', period_type, period_key, org_unit_id, slice, slice_value,
    max(at_risk), cast(sum(resolved) as decimal(38, 12))
from {{ ref('int_resolution_steps') }}
group by period_type, period_key, org_unit_id, slice, slice_value
union all
select
    'unit_volumes', measure, period_type, period_key, org_unit_id, 'all', 'all', base_count,
    cast(value_sum as decimal(38, 12))
from {{ ref('int_unit_volumes') }}
