-- one row per period, unit or ancestor, slice, slice value and time since receipt (0 and each exit): the curve from there on
{% set cell = 'period_type, period_key, org_unit_id, slice, slice_value' %}
{% set exits = ['resolved', 'withdrawn', 'censored'] %}
{% set to_here = 'over (partition by ' ~ cell ~ ' order by seconds rows between unbounded preceding and current row)' %}
with placed as (
    select exits.*, dates.month_key, coalesce(stretches.path_id, 'unknown') as path_id
    from {{ ref('int_complaint_exits') }} as exits
    inner join {{ ref('dates') }} as dates on exits.date_day = dates.date_day
    left join (select distinct path_id, org_unit_id, valid_from, valid_to from {{ ref('int_org_unit_paths') }}) as stretches
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
        {% for kind in exits %}cast(sum(months.{{ kind }}) as bigint) as {{ kind }}{{ ', ' if not loop.last }}{% endfor %}
    from months
    inner join {{ ref('int_period_parts') }} as periods
        on periods.part_type = 'month' and months.month_key = periods.part_key
    inner join {{ ref('int_org_unit_paths') }} as paths on months.path_id = paths.path_id
    group by
        periods.period_type, periods.period_key, paths.ancestor_id, months.slice, months.slice_value, months.seconds
),

watched as (
    select
        *,
        {{ double('resolved') }} as events,
        {{ double('resolved + withdrawn') }} as departures,
        cast(sum(resolved + withdrawn + censored) over (
            partition by {{ cell }} order by seconds desc rows between unbounded preceding and current row
        ) as bigint) as at_risk
    from counted
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

-- Cumulative incidence (Aalen-Johansen): what was open until then, times the share of it that leaves so.
shares as (
    select
        *,
        case when departures < n then open_before * (n - departures) / n else 0 end as share_open,
        {{ double('sum(' ~ exact_term('open_before * events / n') ~ ') ' ~ to_here) }} as share_resolved,
        {{ double('sum(' ~ exact_term('open_before * (departures - events) / n') ~ ') ' ~ to_here) }} as share_withdrawn
    from opened
),

-- The delta method's variance of that incidence; without withdrawals it is Greenwood's.
errors as (
    select
        *,
        {% for name, term in {
            'a1': 'share_resolved * error_term', 'a2': 'share_resolved * share_resolved * error_term',
            'b': 'open_before * open_before * (n - events) * events / (n * n * n)',
            'c0': 'open_before * events / (n * n)', 'c1': 'share_resolved * open_before * events / (n * n)'
        }.items() -%}
        {{ double('sum(' ~ exact_term(term) ~ ') ' ~ to_here) }} as {{ name }}{{ ', ' if not loop.last }}
        {%- endfor %}
    from shares
)

select
    {{ cell }}, seconds,
    lead(seconds) over (partition by {{ cell }} order by seconds) as next_seconds,
    at_risk, resolved, withdrawn, censored,
    -- Twelve digits: what is all, none or a half is exactly that.
    {% for share in ['share_open', 'share_resolved', 'share_withdrawn'] -%}
    {{ double('cast(' ~ share ~ ' as decimal(38, 12))') }} as {{ share }},
    {% endfor -%}
    squared_error as open_squared_error,
    {{ without_noise(
        'share_resolved * share_resolved * squared_error - 2 * share_resolved * a1 + a2 + b - 2 * (share_resolved * c0 - c1)',
        '(share_resolved * share_resolved * squared_error + a2 + b)'
    ) }} as resolved_squared_error
from errors
