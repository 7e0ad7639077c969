-- one row per complaint or other case and clock: the promise in force at its receipt
with fitting as (
    select
        cases.complaint_id, cases.org_unit_id, cases.received_at,
        promises.clock, promises.hours, promises.is_business_time,
        row_number() over (
            partition by cases.complaint_id, promises.clock
            order by
                -- A unit's promise goes before a category's, and that before a severity's; of one kind the newest.
                case when promises.org_unit_id is null then 1 else 0 end,
                case when promises.category is null then 1 else 0 end,
                case when promises.severity is null then 1 else 0 end,
                coalesce(promises.valid_from, cast('1900-01-01' as date)) desc
        ) as place
    from {{ ref('stg_complaints') }} as cases
    inner join {{ ref('service_promises') }} as promises
        on coalesce(promises.valid_from, cast('1900-01-01' as date)) <= {{ local_date('cases.received_at') }}
        and (promises.org_unit_id is null or cases.org_unit_id = promises.org_unit_id)
        and (promises.category is null or cases.category = promises.category)
        and (promises.severity is null or cases.severity = promises.severity)
)

select
    complaint_id, org_unit_id, received_at, clock, hours as promised_hours, is_business_time,
    cast(round(hours * 3600) as bigint) as promised_seconds
from fitting
-- Empty hours promise nothing.
where place = 1 and hours is not null
