-- one row per unit with calendars of its own, and `default`, and stretch of one calendar: open seconds before and after
{%- set reached -%}
    cast(stretches.seconds_before + least(
        {{ dbt.datediff('stretches.starts_at', 'moments.occurred_at', 'second') }}, stretches.open_length
    ) as bigint)
{%- endset %}
with offsets as (
    {{ utc_offsets() }}
),

covers as (
    select
        calendar_id,
        min(coalesce(valid_from, cast('1970-01-01' as date))) as first_day,
        cast({{ dbt.dateadd('day', 1, "max(coalesce(valid_until, cast('2069-12-31' as date)))") }} as date) as end_day
    from {{ ref('opening_hours') }}
    group by calendar_id
),

covered as (
    select
        moves.line_id, moves.calendar_id,
        greatest(moves.valid_from, covers.first_day) as valid_from,
        least(moves.valid_to, covers.end_day) as valid_to
    from {{ ref('int_unit_calendars') }} as moves
    inner join covers on moves.calendar_id = covers.calendar_id
    where greatest(moves.valid_from, covers.first_day) < least(moves.valid_to, covers.end_day)
),

-- A local day begins at the first moment whose local date it is.
moments as (
    {% for day in ['valid_from', 'valid_to'] %}
    {%- set day_start = dbt.dateadd('second', '-offsets.offset_seconds', 'cast(covered.' ~ day ~ ' as timestamp)') %}
    select
        covered.line_id, covered.calendar_id, covered.valid_from, covered.valid_to, '{{ day }}' as bound,
        min(greatest({{ day_start }}, offsets.starts_at)) as occurred_at
    from covered
    inner join offsets on {{ day_start }} < offsets.ends_at
    group by covered.line_id, covered.calendar_id, covered.valid_from, covered.valid_to
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        moments.line_id, moments.calendar_id, moments.valid_from, moments.valid_to,
        min(case when moments.bound = 'valid_from' then moments.occurred_at end) as starts_at,
        min(case when moments.bound = 'valid_to' then moments.occurred_at end) as ends_at,
        min({{ reached }}) as seconds_before,
        max({{ reached }}) as seconds_until
    from moments
    inner join {{ ref('int_open_stretches') }} as stretches
        on moments.calendar_id = stretches.calendar_id
        and cast(moments.occurred_at as date) = stretches.utc_day
        and moments.occurred_at >= stretches.starts_at and moments.occurred_at < stretches.ends_at
    group by moments.line_id, moments.calendar_id, moments.valid_from, moments.valid_to
),

summed as (
    select
        *,
        cast(sum(seconds_until - seconds_before) over (
            partition by line_id order by starts_at rows between unbounded preceding and current row
        ) as bigint) as line_seconds_until
    from counted
)

select
    line_id, calendar_id, valid_from, valid_to, starts_at, ends_at,
    -- Open seconds of the line at both ends, and what turns the calendar's count into the line's.
    line_seconds_until - (seconds_until - seconds_before) as line_seconds_before,
    line_seconds_until,
    line_seconds_until - seconds_until as calendar_shift
from summed
