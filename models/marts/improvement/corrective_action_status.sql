-- one row per corrective action: how it stands at as_of, and what came after it against other units
with judged as (
    select
        actions.*,
        windows.outcome,
        case when windows.outcome is not null then windows.before_from end as before_from,
        case when windows.outcome is not null then windows.after_to end as after_to,
        effects.before_events, effects.after_events, effects.others_before_events, effects.others_after_events,
        -- A month of 365.25 / 12 days of a unit; or 100 checks.
        case when windows.outcome = 'complaints' then 30.4375 else 100 end as factor,
        effects.before_rate, effects.after_rate, effects.others_before_rate, effects.others_after_rate,
        case when effects.refusal is null then effects.ratio end as ratio,
        case when effects.refusal is null then effects.ratio * exp(-{{ z() }} * effects.log_error) end as ratio_low,
        case when effects.refusal is null then effects.ratio * exp({{ z() }} * effects.log_error) end as ratio_high,
        case
            when actions.completed_on is null then 'not_completed'
            when actions.cause is null then 'no_cause'
            when windows.outcome is null then 'no_outcome'
            when effects.action_id is null then 'too_short'
            else effects.refusal
        end as refusal
    from {{ ref('fct_corrective_actions') }} as actions
    left join {{ ref('int_action_windows') }} as windows on actions.action_id = windows.action_id
    left join {{ ref('int_action_effects') }} as effects on actions.action_id = effects.action_id
)

select
    action_id, org_unit_id, source, cause, vendor, date_day as opened_on, due_on, completed_on, verified_on,
    customers_told_on, state,
    cast(case
        when completed_on <= due_on then 0
        when completed_on is not null then {{ dbt.datediff('due_on', 'completed_on', 'day') }}
        when due_on <= {{ as_of() }} then {{ dbt.datediff('due_on', as_of(), 'day') }}
    end as bigint) as days_late,
    cast(case
        when completed_on is not null then {{ dbt.datediff('date_day', 'completed_on', 'day') }}
    end as bigint) as days_to_complete,
    customers_told_on is not null as is_told,
    outcome, before_from, after_to, before_events, after_events, others_before_events, others_after_events,
    {% for cell in ['before', 'after', 'others_before', 'others_after'] -%}
    factor * {{ cell }}_rate as {{ cell }}_rate,
    {% endfor -%}
    ratio, ratio_low, ratio_high,
    case
        when refusal is not null then refusal
        when ratio_high < 1 then 'better'
        when ratio_low > 1 then 'worse'
        else 'no_clear_change'
    end as effect_state
from judged
