-- one row per period, unit or ancestor, slice, slice value and time since receipt (0, each exit): the curve from there
{% set cell = 'period_type, period_key, org_unit_id, slice, slice_value' %}
{% set to_here = 'over (partition by cell_number order by seconds rows between unbounded preceding and current row)' %}
with placed as (
    select exits.*, dates.month_key, coalesce(stretches.path_id, 'unknown') as path_id
    from {{ ref('int_complaint_exits') }} as exits
    inner join {{ ref('dates') }} as dates on exits.date_day = dates.date_day
    left join (
        select distinct path_id, org_unit_id, valid_from, valid_to from {{ ref('int_org_unit_paths') }}
    ) as stretches
        on exits.org_unit_id = stretches.org_unit_id
        and exits.date_day >= stretches.valid_from and exits.date_day < stretches.valid_to
),

months as (
    {% for slice, column in {'all': "'all'", 'category': 'category', 'severity': 'severity'}.items() %}
    select
        month_key, path_id, '{{ slice }}' as slice, coalesce({{ column }}, 'unknown') as slice_value,
        seconds, resolved, withdrawn, censored
    from placed
    union all
    -- Every curve starts with its receipts.
    select distinct month_key, path_id, '{{ slice }}', coalesce({{ column }}, 'unknown'), 0, 0, 0, 0 from placed
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

counted as (
    select
        periods.period_type, periods.period_key, paths.ancestor_id as org_unit_id, months.slice, months.slice_value,
        months.seconds,
        cast(sum(months.resolved) as bigint) as resolved,
        cast(sum(months.withdrawn) as bigint) as withdrawn,
        cast(sum(months.censored) as bigint) as censored
    from months
    inner join {{ ref('int_period_parts') }} as periods
        on periods.part_type = 'month' and months.month_key = periods.part_key
        -- A year that has begun has a curve to date already; one for each of its months would treble the work.
        and periods.period_type != 'year_to_date'
    inner join {{ ref('int_org_unit_paths') }} as paths on months.path_id = paths.path_id
    group by
        periods.period_type, periods.period_key, paths.ancestor_id, months.slice, months.slice_value, months.seconds
),

-- One number instead of five names: windows over millions of steps are ordered many times.
cells as (
    select {{ cell }}, row_number() over (order by {{ cell }}) as cell_number
    from (select distinct {{ cell }} from counted) as found
),

watched as (
    select
        cells.cell_number, counted.seconds, counted.resolved, counted.withdrawn, counted.censored,
        {{ double('resolved') }} as events,
        {{ double('resolved + withdrawn') }} as departures,
        cast(sum(resolved + withdrawn + censored) over from_here as bigint) as at_risk,
        lag(seconds) over from_here as next_seconds
    from counted
    inner join cells
        on counted.period_type = cells.period_type and counted.period_key = cells.period_key
        and counted.org_unit_id = cells.org_unit_id
        and counted.slice = cells.slice and counted.slice_value = cells.slice_value
    window from_here as (partition by cells.cell_number order by counted.seconds desc)
),

-- Where all that are left leave at once, nothing is open; what the sums hold so far stays.
terms as (
    select
        *,
        {{ double('at_risk') }} as n,
        {{ exact_term('case when departures > 0 and departures < at_risk
            then ln((at_risk - departures) / at_risk) else 0 end') }} as log_term,
        {{ exact_term('case when departures < at_risk
            then departures / at_risk / (at_risk - departures) else 0 end') }} as error_term
    from watched
),

opened as (
    select
        *,
        exp({{ double('sum(log_term) ' ~ to_here ~ ' - log_term') }}) as open_before,
        {{ double('sum(error_term) ' ~ to_here) }} as squared_error
    from terms
),

-- Cumulative incidence (Aalen-Johansen): what was open until then, times the share of it that is resolved.
shares as (
    select
        *,
        case when departures < n then open_before * (n - departures) / n else 0 end as share_open,
        {{ double('sum(' ~ exact_term('open_before * events / n') ~ ') ' ~ to_here) }} as share_resolved
    from opened
),

-- The delta method's variance of that incidence, a square in it with sums as factors; without withdrawals Greenwood's.
errors as (
    select
        *,
        {{ double('sum(' ~ exact_term(
            'share_resolved * error_term + open_before * events / (n * n)') ~ ') ' ~ to_here) }} as linear,
        {{ double('sum(' ~ exact_term('share_resolved * share_resolved * error_term + open_before * events / (n * n)
            * (open_before * (n - events) / n + 2 * share_resolved)') ~ ') ' ~ to_here) }} as constant
    from shares
)

select
    {{ cell }}, seconds, next_seconds, at_risk, resolved, withdrawn, censored,
    -- Twelve digits: what is all, none or a half is exactly that.
    {% for name, share in {
        'share_open': 'share_open', 'share_resolved': 'share_resolved',
        'share_withdrawn': '1 - share_open - share_resolved'
    }.items() -%}
    {{ double('cast(' ~ share ~ ' as decimal(38, 12))') }} as {{ name }},
    {% endfor -%}
    squared_error as open_squared_error,
    {{ without_noise(
        'share_resolved * share_resolved * squared_error - 2 * share_resolved * linear + constant',
        '(share_resolved * share_resolved * squared_error + constant)'
    ) }} as resolved_squared_error
from errors
inner join cells on errors.cell_number = cells.cell_number
