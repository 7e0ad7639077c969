-- one row per complaint; Date mixes two styles of day first, Date_month_year names the month
select
    'comcast-' || trim(Ticket) as complaint_id,
    try_strptime(Date_month_year || ' ' || Time, '%d-%b-%y %I:%M:%S %p') as received_at,
    case Received_Via
        when 'Customer Care Call' then 'voice'
        when 'Internet' then 'web'
        else Received_Via
    end as channel,
    'comcast' as org_unit_id,
    'unclassified' as category,
    -- a state of the case without a date: it counts for the rate, no duration follows from it
    case
        when Status in ('Closed', 'Solved') then 'yes'
        when Status in ('Open', 'Pending') then 'no'
        else Status
    end as is_resolved,
    Customer_Complaint as description,
    City as city,
    replace(State, ' Of ', ' of ') as state,
    -- a number format dropped the leading zero of New England and New Jersey
    lpad(trim(Zip_code), 5, '0') as zip_code,
    Status as status,
    Filing_on_behalf as filed_on_behalf,
    _file,
    _line
from {{ source_file('*.csv') }}
