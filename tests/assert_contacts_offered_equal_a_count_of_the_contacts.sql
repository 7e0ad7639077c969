-- Months in which contacts_offered of the whole is not the number of contacts of that month that asked for a person.
-- The count goes straight from the contacts as delivered, past daily sums, paths and periods: what these lose shows.
-- Rows give the month with both counts; they are a fault of the models.
with counted as (
    select
        cast({{ dbt.date_trunc('month', local_date('started_at')) }} as date) as period_start,
        count(*) as contact_count
    from {{ ref('stg_contacts') }}
    where
        coalesce(direction, 'inbound') = 'inbound'
        and outcome not in ('ivr_contained', 'ivr_abandoned', 'not_a_contact')
    group by 1
),

-- Not every catalogue has the metric.
wanted as (
    select metric_id from {{ ref('metrics') }}
    where metric_id = 'contacts_offered' and {{ lists('periods', "'month'") }}
),

published as (
    select
        period_start,
        value
    from {{ ref('metric_values') }}
    where metric_id = 'contacts_offered' and period_type = 'month' and org_unit_id = 'all' and slice = 'all'
)

select
    coalesce(counted.period_start, published.period_start) as period_start,
    counted.contact_count,
    published.value
from counted
full outer join published on counted.period_start = published.period_start
cross join wanted
where coalesce(counted.contact_count, 0) != coalesce(published.value, 0)
