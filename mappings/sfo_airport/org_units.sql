-- one row: the airport, surveyed as a whole
select
    'sfo_airport' as org_unit_id,
    'San Francisco International Airport' as org_unit_name,
    'company' as org_level
from (select 1 as landed from {{ source_file('*.csv') }} limit 1)
