-- one row per corrective action; a measure is NULL where it is not in its denominator
with actions as (
    select *, opened_on as date_day from {{ ref('stg_corrective_actions') }}
)

select
    actions.action_id, actions.date_day, actions.org_unit_id, actions.source, actions.cause,
    coalesce(actions.vendor_id, units.vendor_id) as vendor,
    actions.due_on, actions.completed_on, actions.verified_on, actions.customers_told_on,
    case
        when verified_on is not null and verified_passed then 'verified'
        when verified_on is not null and not verified_passed then 'failed_verification'
        when completed_on is not null then 'completed'
        -- The as_of day is over (rule 1), and so is a due date that falls on it.
        when due_on <= {{ as_of() }} then 'overdue'
        else 'open'
    end as state,
    -- Open and overdue is missed; open and not yet due is undecided; nothing was promised without a due date.
    {{ flag('completed_on is not null and completed_on <= due_on',
        'completed_on is not null and due_on is not null or due_on <= ' ~ as_of()) }} as on_time,
    {{ flag('verified_on is not null', 'completed_on is not null') }} as verified,
    {{ flag('verified_passed', 'verified_on is not null') }} as effective,
    -- Customers wait for the result of what they said, not of what was seen inside.
    {{ flag('customers_told_on is not null', "completed_on is not null and source in ('survey', 'complaint')") }}
        as customers_told
from actions
left join {{ ref('org_units') }} as units
    on actions.org_unit_id = units.org_unit_id
    and actions.date_day >= units.valid_from and (units.valid_to is null or actions.date_day < units.valid_to)
