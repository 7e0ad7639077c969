-- one row per period of receipt, unit, cut and group: are its complaints resolved at another pace than the rest
{% set pool = 'period_type, period_key, org_unit_id, slice' %}
with sums as (
    select
        {{ pool }}, slice_value,
        count(*) as base_count,
        cast(sum(resolved) as bigint) as resolved,
        {{ double('sum(expected)') }} as expected,
        {{ double('sum(variance)') }} as variance
    from {{ ref('int_resolution_groups') }}
    group by {{ pool }}, slice_value
),

tested as (
    select
        *,
        cast(sum(base_count) over (partition by {{ pool }}) - base_count as bigint) as rest_count,
        case when variance > 1e-9 then power(resolved - expected, 2) / variance end as chi_square
    from sums
),

judged as (
    select *, case when chi_square is not null then least({{ chi_square_tail('chi_square') }}, 1) end as p_value
    from tested
    where rest_count > 0
),

-- Of two groups, each is the other's rest: one test, not two.
ranked as (
    select
        *,
        case
            when count(*) over (partition by {{ pool }}) = 2 then 1
            else 1 + count(p_value) over (partition by {{ pool }}) - rank() over (
                partition by {{ pool }} order by case when p_value is null then 1 else 0 end, p_value
            )
        end as tests_left
    from judged
),

adjusted as (
    select
        *,
        case when p_value is not null then max(least(p_value * tests_left, 1)) over (
            partition by {{ pool }} order by case when p_value is null then 1 else 0 end, p_value
        ) end as adjusted_p_value
    from ranked
)

select
    {{ pool }}, slice_value, base_count, rest_count, resolved, expected, chi_square, p_value, adjusted_p_value,
    case
        when adjusted_p_value is null then 'not_tested'
        when adjusted_p_value >= 0.05 then 'no_clear_difference'
        when resolved > expected then 'faster'
        else 'slower'
    end as difference_state,
    case when least(base_count, rest_count) < {{ var('low_base') }} then 'low_base' else 'ok' end as state
from adjusted
