-- one row per organisation that hands over employees: their first extract, before which nobody knows who had left
select min(extracted_on) as first_extract_on
from {{ ref('stg_employees') }}
having min(extracted_on) is not null
