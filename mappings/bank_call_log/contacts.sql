-- one row per call; a call id repeats on other lines, so the line is part of the key
with calls as (
    select
        *,
        trim("vru+line") as line,
        trim(customer_id) as customer
    from {{ source_file('*.t*') }}
)

select
    'bank_call_log-' || line || '-' || trim(call_id) as contact_id,
    try_strptime(date || ' ' || vru_entry, '%y%m%d %H:%M:%S') as started_at,
    'voice' as channel,
    type as queue,
    -- 0 is an unidentified caller; a number such as 6.02701E+11 has lost its digits
    case
        when regexp_full_match(customer, '[0-9]*[1-9][0-9]*') then 'bank_call_log-' || customer
    end as customer_id,
    'bank_call_log' as org_unit_id,
    'bank_call_log-' || nullif(trim(server), 'NO_SERVER') as employee_id,
    vru_time as ivr_seconds,
    -- no join of the queue was stamped for who went straight to an agent or hung up in the menu
    case when outcome = 'AGENT' or q_start <> '0:00:00' then q_time end as queue_seconds,
    case when outcome = 'AGENT' then ser_time end as talk_seconds,
    case outcome
        when 'AGENT' then 'answered'
        when 'HANG' then 'abandoned'
        when 'PHANTOM' then 'not_a_contact'
        else outcome
    end as outcome,
    priority,
    _file,
    _line
from calls
