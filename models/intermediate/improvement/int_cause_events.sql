-- one row per outcome, cause that an action was completed on, and case of it that gave rise to none: complaint or check
with causes as (
    select distinct cause from {{ ref('stg_corrective_actions') }} where completed_on is not null
),

cases as (
    {% for column in ['category', 'subcategory', 'root_cause'] -%}
    -- A cause may be written as any of the three; a complaint counts once for it.
    select
        'complaints' as outcome, {{ column }} as cause, complaint_id as case_id,
        {{ local_date('received_at') }} as date_day, org_unit_id, 1 as events, 0 as checks
    from {{ ref('stg_complaints') }}
    where coalesce(case_type, 'complaint') = 'complaint'
    union
    {% endfor -%}
    select
        'failed_checks', items.check_code, inspections.inspection_id,
        {{ local_date('inspections.inspected_at') }}, inspections.org_unit_id,
        case when items.passed then 0 else 1 end, 1
    from {{ ref('stg_inspection_items') }} as items
    inner join {{ ref('stg_inspections') }} as inspections on items.inspection_id = inspections.inspection_id
    where coalesce(items.is_applicable, true) and items.passed is not null
)

-- A case that gave rise to an action was chosen because it happened, and decided when one was taken: counted, it would
-- feign improvements. What is left does not depend on that.
select cases.*
from cases
inner join causes on cases.cause = causes.cause
left join {{ ref('stg_corrective_actions') }} as actions
    on cases.case_id = actions.source_key and cases.cause = actions.cause
where actions.action_id is null
