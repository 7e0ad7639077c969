-- one row per call; dates with dashes are month first as those with slashes are
select
    'phone_now-' || "call id" as contact_id,
    coalesce(
        try_strptime(date || ' ' || time, '%m-%d-%Y %H:%M:%S'),
        try_strptime(date || ' ' || time, '%m/%d/%Y %H:%M:%S')
    ) as started_at,
    'voice' as channel,
    'phone_now' as org_unit_id,
    'phone_now-' || agent as employee_id,
    topic as issue_code,
    "speed of answer in seconds" as queue_seconds,
    case when "answered (Y/N)" = 'Y' then "talk duration" end as talk_seconds,
    case "answered (Y/N)"
        when 'Y' then 'answered'
        when 'N' then 'abandoned'
        else "answered (Y/N)"
    end as outcome,
    case resolved when 'Y' then 'yes' when 'N' then 'no' else resolved end as agent_marked_resolved,
    _file,
    _line
from {{ source_file('*.csv') }}
