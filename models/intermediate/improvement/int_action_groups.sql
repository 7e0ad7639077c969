-- one row per completed action and unit: its own, and those of its level where no action on its cause was completed
with windows as (
    select * from {{ ref('int_action_windows') }} where outcome is not null
),

-- An action touches the units below and above its own too.
kin as (
    select org_unit_id, ancestor_id as kin_id from {{ ref('int_org_unit_paths') }}
    union
    select ancestor_id, org_unit_id from {{ ref('int_org_unit_paths') }}
),

touched as (
    select distinct windows.cause, windows.completed_on, kin.kin_id as org_unit_id
    from windows
    inner join kin on windows.org_unit_id = kin.org_unit_id
)

select
    windows.action_id, units.org_unit_id,
    units.org_unit_id = windows.org_unit_id as is_own
from windows
inner join {{ ref('int_unit_levels') }} as units
    on windows.org_level = units.org_level
    and windows.completed_on >= units.valid_from and windows.completed_on < units.valid_to
where
    units.org_unit_id = windows.org_unit_id
    or not exists (
        select 1 from touched
        where
            touched.org_unit_id = units.org_unit_id and touched.cause = windows.cause
            and touched.completed_on > windows.before_from and touched.completed_on < windows.after_to
    )
