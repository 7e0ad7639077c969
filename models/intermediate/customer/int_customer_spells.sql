-- one row per customer and stretch of time in which one extract's word on them held; the first reaches back
with extracts as (
    select
        customer_id,
        customer_key,
        tier,
        segment,
        org_unit_id,
        contact_permission,
        since_on,
        left_on,
        coalesce(extracted_on, cast('1900-01-01' as date)) as extracted_on
    from {{ ref('stg_customers') }}
)

select
    customer_id,
    customer_key,
    tier, segment, org_unit_id, contact_permission, since_on, left_on,
    case
        when row_number() over (partition by customer_id order by extracted_on) = 1 then cast('1900-01-01' as date)
        else extracted_on
    end as valid_from,
    coalesce(
        lead(extracted_on) over (partition by customer_id order by extracted_on), cast('9999-01-01' as date)
    ) as valid_to
from extracts
