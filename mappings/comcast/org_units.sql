-- one row: the operator complained about
select
    'comcast' as org_unit_id,
    'Comcast' as org_unit_name,
    'company' as org_level
from (select 1 as landed from {{ source_file('*.csv') }} limit 1)
