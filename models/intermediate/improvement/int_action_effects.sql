-- one row per completed action that can be measured: what came after it against before, and against the other units
{% set cells = {
    'before': ('is_own', 'before'), 'after': ('is_own', 'after'),
    'others_before': ('not is_own', 'before'), 'others_after': ('not is_own', 'after'),
} %}
with counts as (
    select
        {% for cell, (side, phase) in cells.items() -%}
        {% for column in ['events', 'exposure'] -%}
        cast(sum(case when {{ side }} and phase = '{{ phase }}' then {{ column }} else 0 end) as bigint)
            as {{ cell }}_{{ column }},
        {% endfor -%}
        {% endfor -%}
        action_id
    from {{ ref('int_action_cells') }}
    group by action_id
),

rates as (
    select
        counts.*,
        windows.outcome,
        {% for cell in cells -%}
        {{ double(cell ~ '_events') }} / nullif({{ cell }}_exposure, 0) as {{ cell }}_rate,
        -- Squared error of the logarithm: of a count, or of a share of the checks.
        1 / {{ double('nullif(' ~ cell ~ '_events, 0)') }} - case
            when windows.outcome = 'failed_checks' then 1 / {{ double('nullif(' ~ cell ~ '_exposure, 0)') }} else 0
        end as {{ cell }}_error2,
        {% endfor -%}
        least(
            {{ dbt.datediff('windows.before_from', 'windows.completed_on', 'day') }},
            {{ dbt.datediff('windows.completed_on', 'windows.after_to', 'day') }}
        ) as shorter_days
    from counts
    inner join {{ ref('int_action_windows') }} as windows on counts.action_id = windows.action_id
)

select
    action_id, outcome, shorter_days,
    {%- for cell in cells %}
    {{ cell }}_events, {{ cell }}_exposure, {{ cell }}_rate,
    {%- endfor %}
    after_rate / nullif(before_rate, 0) / nullif(others_after_rate / nullif(others_before_rate, 0), 0) as ratio,
    sqrt({{ cells | join('_error2 + ') }}_error2) as log_error,
    -- One more event before, among the others, makes the quotient of their rates free of bias.
    before_rate * after_exposure * others_after_rate
    * (others_before_exposure + case when outcome = 'failed_checks' then 1 else 0 end)
    / {{ double('others_before_events + 1') }} as expected_events,
    case
        when shorter_days < 28 then 'too_short'
        when others_before_exposure = 0 or others_after_exposure = 0 then 'no_comparison'
        when least({{ cells | join('_events, ') }}_events) < 5 then 'too_few'
    end as refusal
from rates
