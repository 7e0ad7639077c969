-- one row per period and unit or ancestor: complaints open at its end, and how many of them for longer than fourteen days
select
    periods.period_type, periods.period_key, backlog.org_unit_id,
    backlog.closing as open_complaints,
    backlog.age_15_30 + backlog.age_over_30 as open_over_14d
from {{ ref('periods') }} as periods
inner join {{ ref('complaint_backlog_days') }} as backlog
    on backlog.{{ adapter.quote('date') }} = {{ last_known_day('periods') }}
where periods.period_type not in ('day', 'wave')
