-- Two thresholds of one channel and queue that hold on the same day, and such as are negative or end before they start.
-- Each contact of those days would be counted twice.
-- Rows name the channel, queue and two first days; valid_to in seeds/service_levels.csv is the day after the last.
with levels as (
    select
        *,
        row_number() over (partition by channel, queue order by valid_from, valid_to, seconds) as place
    from {{ ref('int_service_levels') }}
)

select
    one.channel,
    one.queue,
    one.valid_from,
    other.valid_from as other_valid_from
from levels as one
inner join levels as other
    on one.channel = other.channel
    and one.queue = other.queue
    and one.place < other.place
    and one.valid_from < other.valid_to
    and one.valid_to > other.valid_from
union all
select
    channel,
    queue,
    valid_from,
    valid_to as other_valid_from
from levels
where valid_to <= valid_from or seconds < 0 or short_abandon_seconds < 0
