-- one row per pair of counts of which one is under 10: exact limits of the first's share of both (Clopper-Pearson)
{% set newton_steps = 5 %}
with counts as (
    select distinct cast(sums.value_sum as bigint) as event_count
    from {{ ref('int_metric_sums') }} as sums
    inner join {{ ref('metrics') }} as metrics on sums.metric_id = metrics.metric_id
    where metrics.interval = 'poisson' and sums.value_sum is not null
),

pairs as (
    select
        mine.event_count as first_count,
        theirs.event_count as second_count,
        least(mine.event_count, theirs.event_count) as k,
        mine.event_count + theirs.event_count as n
    from counts as mine
    cross join counts as theirs
    where least(mine.event_count, theirs.event_count) < 10 and mine.event_count + theirs.event_count > 0
),

-- Of the smaller count's share: Bol'shev's approximation, then Newton's method on the exact tail.
step_0 as (
    select
        *,
        {{ share_start('low') }} as low,
        {{ share_start('high') }} as high
    from pairs
),

{% for step in range(1, newton_steps + 1) %}
step_{{ step }} as (
    select
        first_count, second_count, k, n,
        {{ newton_step('low', 'k - 1') }} as low,
        {{ newton_step('high', 'k') }} as high
    from step_{{ step - 1 }}
),
{% endfor %}
shares as (
    select
        first_count, second_count,
        case when first_count = k then low else 1 - high end as share_low,
        case when first_count = k then high else 1 - low end as share_high
    from step_{{ newton_steps }}
)

select
    first_count, second_count,
    -- The odds of the share: the rate ratio at equal denominators; no upper limit where the second count is 0.
    share_low / nullif(1 - share_low, 0) as odds_low,
    share_high / nullif(1 - share_high, 0) as odds_high
from shares
