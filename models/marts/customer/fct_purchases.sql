-- one row per purchase
with purchases as (
    select * from {{ ref('stg_purchases') }}
)

select
    purchases.purchase_id,
    purchases.purchased_on as date_day,
    purchases.org_unit_id,
    purchases.customer_key as person_key,
    customers.tier,
    customers.segment,
    cast(purchases.amount as decimal(18, 6)) as amount,
    purchases.referred_by_customer_id is not null as is_referred
from purchases
left join {{ ref('int_customer_spells') }} as customers
    on purchases.customer_id = customers.customer_id
    and purchases.purchased_on >= customers.valid_from and purchases.purchased_on < customers.valid_to
