-- one row per organisation that hands over customers: the first day that says who left
-- Before it only those are known who stayed.
select least(min(extracted_on), min(left_on)) as known_from
from {{ ref('stg_customers') }}
having least(min(extracted_on), min(left_on)) is not null
