-- one row per customer: since when, until when, and how they came; the latest extract has the last word
with extracts as (
    select
        *,
        row_number() over (partition by customer_id order by extracted_on desc nulls last) as recency
    from {{ ref('stg_customers') }}
),

-- What only an earlier extract says still holds.
sources as (
    select
        customer_id,
        min(since_on) as since_on,
        max(case when acquisition_source = 'referral' then 1 end) as is_referred,
        max(case when acquisition_source is not null then 1 end) as has_source
    from extracts
    group by customer_id
),

referred_buyers as (
    select distinct customer_id from {{ ref('stg_purchases') }} where referred_by_customer_id is not null
)

select
    extracts.customer_id, extracts.customer_key, sources.since_on, extracts.left_on, extracts.leaving_reason, case
        when sources.is_referred = 1 or referred_buyers.customer_id is not null then 1
        when sources.has_source = 1 then 0
    end as came_by_referral
from extracts
inner join sources on extracts.customer_id = sources.customer_id
left join referred_buyers on extracts.customer_id = referred_buyers.customer_id
where extracts.recency = 1
