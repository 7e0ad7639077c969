-- one row per resolved complaint: how satisfied its customer was before it, and afterwards
{% set followed = 'scores.submitted_at >= resolved.resolved_at' %}
{% set kinds = {
    'about': 'is_about and ' ~ followed,
    'before': 'not is_named and scores.submitted_at < resolved.received_at and scores.submitted_at >= '
        ~ dbt.dateadd('day', -365, 'resolved.received_at'),
    'after': followed ~ ' and scores.submitted_at <= ' ~ dbt.dateadd('day', 90, 'resolved.resolved_at'),
} %}
with resolved as (
    select
        complaints.*,
        outcomes.resolved_at,
        {{ local_date('outcomes.resolved_at') }} as date_day
    from {{ ref('stg_complaints') }} as complaints
    inner join {{ ref('int_complaint_outcomes') }} as outcomes on complaints.complaint_id = outcomes.complaint_id
    where
        coalesce(complaints.case_type, 'complaint') = 'complaint' and coalesce(complaints.in_scope, true)
        and outcomes.resolved_at is not null and not outcomes.is_withdrawn
),

answers as (
    {% for kind, condition in kinds.items() -%}
    select
        '{{ kind }}' as kind, resolved.complaint_id, scores.submitted_at, scores.overall_score, scores.is_top2,
        row_number() over (
            partition by resolved.complaint_id
            order by scores.submitted_at{{ ' desc' if kind == 'before' }}, scores.response_id
        ) as place
    from resolved
    inner join {{ ref('int_response_complaints') }} as ties on resolved.complaint_id = ties.complaint_id
    inner join {{ ref('int_overall_scores') }} as scores on ties.response_id = scores.response_id
    where {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

wide as (
    select
        complaint_id,
        max(case when kind = 'about' then is_top2 end) as about_is_top2,
        max(case when kind = 'before' then submitted_at end) as before_at,
        max(case when kind = 'before' then overall_score end) as before_score,
        max(case when kind = 'after' then submitted_at end) as after_at,
        max(case when kind = 'after' then overall_score end) as after_score
    from answers
    where place = 1
    group by complaint_id
)

select
    resolved.complaint_id, resolved.date_day, resolved.received_at, resolved.resolved_at, resolved.org_unit_id,
    resolved.category, resolved.severity,
    resolved.customer_key as person_key,
    customers.tier, wide.before_at, wide.before_score, wide.after_at, wide.after_score,
    cast(wide.about_is_top2 as smallint) as satisfied_after,
    {{ flag('wide.after_score >= wide.before_score') }} as recovered
from resolved
left join wide on resolved.complaint_id = wide.complaint_id
left join {{ ref('int_customer_spells') }} as customers
    on resolved.customer_id = customers.customer_id
    and resolved.date_day >= customers.valid_from and resolved.date_day < customers.valid_to
