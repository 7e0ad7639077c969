-- one row per employee or customer of whom something is new since the last build, and the first day that it concerns
{{ config(materialized='table') }}
with last_build as (
    select
        coalesce(max(load_number), -1) as load_number,
        coalesce(max(as_of), cast('1900-01-01' as date)) as as_of,
        coalesce(max(as_of_end), cast('1900-01-01' as timestamp)) as as_of_end
    from intermediate.build_log
),

-- What an extract says of somebody holds from its day on, a leaving from its own; the first says it of the time before.
employees as (
    select
        employee_id,
        least(
            case when min(listed_on) = min(extracted_on) then cast('1900-01-01' as date) else min(listed_on) end,
            min(left_on),
            -- Missing from the extracts since, and now said to have stayed.
            max(case when listed_on is null then extracted_on end)
        ) as touched_from
    from (
        select
            *,
            case when {{ is_news('employees', stamps=['extracted_on', 'hired_on']) }} then extracted_on end
                as listed_on,
            {{ is_news('employees', stamps=['left_on']) }} as is_leaving
        from {{ source('raw', 'employees') }}
    ) as listed
    group by employee_id
    having min(listed_on) is not null or max(case when is_leaving then 1 end) = 1
),

customers as (
    select
        customer_id,
        case when min(news_on) = min(listed_on) then cast('1900-01-01' as date) else min(news_on) end as touched_from
    from (
        select customer_id, listed_on, case when is_news then listed_on end as news_on
        from (
            select
                customer_id,
                coalesce(extracted_on, cast('1900-01-01' as date)) as listed_on,
                {{ is_news('customers', stamps=['extracted_on']) }} as is_news
            from {{ source('raw', 'customers') }}
        ) as marked
    ) as listed
    group by customer_id
    having min(news_on) is not null
)

select 'employee' as kind, employee_id as person_id, touched_from from employees
union all
select 'customer', customer_id, touched_from from customers
