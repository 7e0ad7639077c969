-- one row: the research pilot
select
    'qualtrics' as org_unit_id,
    'Research pilot on climate scientists' as org_unit_name,
    'company' as org_level
from (select 1 as landed from {{ source_file('*.csv') }} limit 1)
