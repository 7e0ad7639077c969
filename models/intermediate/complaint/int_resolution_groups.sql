-- one row per period, comparison, group and complaint in it: what log-rank sums need of it
{% set pool = 'period_type, period_key, org_unit_id, slice' %}
{% set to_here = 'over (partition by ' ~ pool ~ ' order by seconds)' %}
with exits as (
    select * from {{ ref('int_complaint_exits') }}
),

members as (
    -- A unit on the way up is one of the groups of the unit above it.
    select
        exits.complaint_id, exits.date_day, exits.seconds, exits.resolved,
        coalesce(
            lead(ancestors.ancestor_id) over (partition by exits.complaint_id order by ancestors.distance), 'all'
        ) as org_unit_id,
        'org_unit' as slice,
        ancestors.ancestor_id as slice_value
    from exits
    inner join {{ ref('org_unit_ancestors') }} as ancestors
        on exits.org_unit_id = ancestors.org_unit_id
        and exits.date_day >= ancestors.valid_from and exits.date_day < ancestors.valid_to
    {% for slice in ['category', 'tier', 'vendor'] %}
    union all
    select exits.complaint_id, exits.date_day, exits.seconds, exits.resolved, 'all', '{{ slice }}', facts.{{ slice }}
    from exits
    inner join {{ ref('fct_complaints') }} as facts on exits.complaint_id = facts.complaint_id
    where facts.{{ slice }} is not null
    {% endfor %}
),

placed as (
    {% for period in ['quarter', 'year'] %}
    select members.*, '{{ period }}' as period_type, dates.{{ period }}_key as period_key
    from members
    inner join {{ ref('dates') }} as dates on members.date_day = dates.date_day
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

watched as (
    select
        *,
        {{ double('count(*) over (partition by ' ~ pool ~ ' order by seconds desc)') }} as n,
        {{ double('sum(resolved) over (partition by ' ~ pool ~ ', seconds)') }} as events,
        -- Squares of what a group has left are sums of odd numbers: 1 for its last complaint, 3 for the one before it.
        2 * row_number() over (
            partition by {{ pool }}, slice_value order by seconds desc, complaint_id asc
        ) - 1 as odd_number
    from placed
),

-- Each resolution's part of the pool's hazard, and of its hypergeometric variance.
hazards as (
    select
        *,
        resolved / n as hazard,
        case when n > 1 then resolved * (n - events) / (n - 1) / n else 0 end as spread
    from watched
),

cumulated as (
    select
        *,
        sum({{ exact_term('hazard') }}) {{ to_here }} as expected,
        sum({{ exact_term('spread') }}) {{ to_here }} as spread_to_here,
        sum({{ exact_term('spread / n') }}) {{ to_here }} as squared_spread_to_here
    from hazards
)

select
    {{ pool }}, slice_value, complaint_id, resolved, expected,
    -- May be below 0 for one complaint: over a group these add up to its variance.
    cast(
        {{ double('spread_to_here') }} - odd_number * {{ double('squared_spread_to_here') }} as decimal(38, 18)
    ) as variance
from cumulated
