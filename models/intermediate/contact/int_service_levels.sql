-- one row per channel, queue and stretch of time with thresholds of its own
select
    channel,
    -- Without a queue it is that of all queues of the channel which have none of their own.
    coalesce(queue, 'all') as queue,
    coalesce(cast(valid_from as date), cast('1900-01-01' as date)) as valid_from,
    coalesce(cast(valid_to as date), cast('9999-01-01' as date)) as valid_to,
    seconds,
    short_abandon_seconds
from {{ ref('service_levels') }}
