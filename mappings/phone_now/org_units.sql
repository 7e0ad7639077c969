-- one row: the call centre of PhoneNow
select
    'phone_now' as org_unit_id,
    'PhoneNow call centre' as org_unit_name,
    'company' as org_level
from (select 1 as landed from {{ source_file('*.csv') }} limit 1)
