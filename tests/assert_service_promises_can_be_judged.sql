-- Service promises on an unknown clock or severity, of no or negative hours, or silent about which hours count.
-- They would never apply, or be missed the moment that they are given.
-- Rows name the row of seeds/service_promises.csv; empty hours end a promise.
select
    clock, category, severity, org_unit_id, hours, is_business_time, valid_from
from {{ ref('service_promises') }}
where
    coalesce(clock, 'none') not in ('acknowledge', 'first_reply', 'resolve')
    or coalesce(severity, 'low') not in ('low', 'normal', 'high', 'critical')
    or hours <= 0
    or (hours is not null and is_business_time is null)
