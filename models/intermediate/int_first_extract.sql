-- one row per organisation that hands over employees: the first extract of employees, before which nobody knows who had already left
select min(extracted_on) as first_extract_on
from {{ ref('stg_employees') }}
having min(extracted_on) is not null
