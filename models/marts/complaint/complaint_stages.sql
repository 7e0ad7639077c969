-- one row per period of receipt, unit or ancestor and category (or `all`): how many complaints reached each stage
{% set counts = {
    'received': 'true',
    'withdrawn': 'is_withdrawn',
    'out_of_scope': 'not in_scope and not is_withdrawn',
    'acknowledged': 'is_in_base and acknowledged_at is not null',
    'replied_to': 'is_in_base and first_reply_at is not null',
    'plan_told': 'is_in_base and plan_told_at is not null',
    'resolved': 'is_in_base and resolved = 1',
    'resolved_within_3_days': 'is_in_base and ' ~ within_days('resolved_at', 'received_at', 3),
    'resolved_within_8_weeks': 'is_in_base and ' ~ within_days('resolved_at', 'received_at', 56),
    'open': 'is_in_base and resolved = 0',
    'open_over_8_weeks': 'is_in_base and resolved = 0 and ' ~ are_days_over('received_at', 57),
    'reopened': 'is_in_base and reopened_count > 0',
    'escalated': 'is_in_base and escalated = 1',
    'upheld': 'is_in_base and upheld',
    'not_upheld': 'is_in_base and not upheld',
    'compensated': 'is_in_base and compensated = 1',
    'promise_met': "is_in_base and promise_state = 'met'",
    'promise_missed': "is_in_base and promise_state = 'missed'",
    'promise_missed_open': "is_in_base and promise_state = 'missed' and resolved_at is null",
    'promise_undecided': "is_in_base and promise_state = 'undecided'",
} -%}
with complaints as (
    select facts.*, dates.month_key, paths.ancestor_id, facts.resolved is not null as is_in_base
    from {{ ref('fct_complaints') }} as facts
    inner join {{ ref('dates') }} as dates on facts.date_day = dates.date_day
    inner join {{ ref('int_complaint_places') }} as paths on facts.complaint_id = paths.complaint_id
    where facts.complaints = 1
),

months as (
    select
        month_key, ancestor_id, coalesce(category, 'unknown') as category,
        {% for column, condition in counts.items() -%}
        count(case when {{ condition }} then 1 end) as {{ column }},
        {% endfor -%}
        sum(case when is_in_base then compensation end) as compensation
    from complaints
    group by month_key, ancestor_id, coalesce(category, 'unknown')
),

cells as (
    {% for category in ['category', "'all'"] -%}
    select
        periods.period_type, periods.period_key, months.ancestor_id as org_unit_id, {{ category }} as category,
        {% for column in counts -%}
        sum(months.{{ column }}) as {{ column }},
        {% endfor -%}
        sum(months.compensation) as compensation
    from months
    inner join {{ ref('int_period_parts') }} as periods
        on periods.part_type = 'month' and months.month_key = periods.part_key
    where periods.period_type in ('month', 'quarter', 'half', 'year')
    group by periods.period_type, periods.period_key, months.ancestor_id{% if loop.first %}, months.category{% endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    period_type, period_key, org_unit_id, category,
    {% for column in counts -%}
    cast({{ column }} as bigint) as {{ column }},
    {% endfor -%}
    cast(compensation as decimal(18, 2)) as compensation,
    -- Of the resolved alone the rate flatters: the overdue that are open are not in it (E5).
    {% set matured = "promise_met + promise_missed" -%}
    {% set closed_only = "promise_met + promise_missed - promise_missed_open" -%}
    100 * {{ double('promise_met') }} / nullif({{ matured }}, 0) as sla_attainment,
    100 * {{ double('promise_met') }} / nullif({{ closed_only }}, 0) as sla_attainment_closed_only,
    100 * {{ double('promise_met') }} / nullif({{ closed_only }}, 0)
    - 100 * {{ double('promise_met') }} / nullif({{ matured }}, 0) as flattered_by
from cells
