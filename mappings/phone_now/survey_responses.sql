-- one row per call with a rating; the file gives no time of its own, so the call's start stands
select
    'phone_now-' || "call id" as response_id,
    'phone_now-rating' as survey_id,
    coalesce(
        try_strptime(date || ' ' || time, '%m-%d-%Y %H:%M:%S'),
        try_strptime(date || ' ' || time, '%m/%d/%Y %H:%M:%S')
    ) as submitted_at,
    'phone_now' as org_unit_id,
    'phone_now-' || agent as employee_id,
    'phone_now-' || "call id" as contact_id,
    'ivr' as channel,
    _file,
    _line
from {{ source_file('*.csv') }}
where trim("satisfaction rating") <> ''
