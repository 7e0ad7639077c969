-- one row: the bank's call centre
select
    'bank_call_log' as org_unit_id,
    'Bank call centre' as org_unit_name,
    'company' as org_level
from (select 1 as landed from {{ source_file('*.t*') }} limit 1)
