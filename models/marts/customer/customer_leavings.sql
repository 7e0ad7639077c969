-- one row per customer who left: when, from where, and the reason that was given
select
    person_key,
    date_day as left_on,
    org_unit_id,
    tier,
    segment,
    leaving_reason
from {{ ref('fct_customer_months') }}
where leavers = 1
