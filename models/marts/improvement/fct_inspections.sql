-- one row per inspection; a measure is NULL where it is not in its denominator
with inspections as (
    select
        inspections.*,
        {{ local_date('inspections.inspected_at') }} as date_day,
        -- What the inspection itself says comes before a count of its checks.
        coalesce(inspections.items_checked, checks.items_checked) as checked,
        coalesce(inspections.items_passed, checks.items_passed) as passed,
        coalesce(inspections.critical_errors, checks.critical_errors) as critical
    from {{ ref('stg_inspections') }} as inspections
    left join {{ ref('int_inspection_checks') }} as checks on inspections.inspection_id = checks.inspection_id
)

select
    inspections.inspection_id, inspections.date_day, inspections.inspected_at, inspections.org_unit_id,
    inspections.method, inspections.contact_id,
    coalesce(inspections.vendor_id, units.vendor_id) as vendor,
    -- Other scales than 0 to 100 cannot be told from wrong scores.
    cast(case
        when score between 0 and 100 then score
        when score is null and checked > 0 and passed <= checked then 100 * passed / {{ double('checked') }}
    end as decimal(18, 6)) as inspection_score,
    cast(case when checked > 0 and passed <= checked then checked end as decimal(18, 6)) as items_checked,
    cast(case when checked > 0 and passed <= checked then passed end as decimal(18, 6)) as items_passed,
    {{ flag('critical = 0') }} as critical_error_free
from inspections
left join {{ ref('org_units') }} as units
    on inspections.org_unit_id = units.org_unit_id
    and inspections.date_day >= units.valid_from and (units.valid_to is null or inspections.date_day < units.valid_to)
