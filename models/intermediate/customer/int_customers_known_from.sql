-- one row per organisation that hands over customers: the first day that says who left; before it only those who stayed are known
select least(min(extracted_on), min(left_on)) as known_from
from {{ ref('stg_customers') }}
having least(min(extracted_on), min(left_on)) is not null
