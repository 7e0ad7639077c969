-- one row per stretch of time in which a unit kept all its ancestors, and ancestor in it; `all` is over every unit
with ancestors as (
    select * from {{ ref('org_unit_ancestors') }}
),

starts as (
    select distinct org_unit_id, valid_from from ancestors
),

stretches as (
    select
        org_unit_id, valid_from,
        lead(valid_from, 1, cast('9999-01-01' as date)) over (partition by org_unit_id order by valid_from) as valid_to
    from starts
),

paths as (
    select
        stretches.org_unit_id, stretches.valid_from, stretches.valid_to, ancestors.ancestor_id
    from stretches
    inner join ancestors
        on stretches.org_unit_id = ancestors.org_unit_id
        and stretches.valid_from >= ancestors.valid_from
        and stretches.valid_from < ancestors.valid_to
    union all
    select org_unit_id, valid_from, valid_to, 'all' from stretches
)

select distinct
    concat(org_unit_id, '@', valid_from) as path_id,
    org_unit_id, valid_from, valid_to, ancestor_id
from paths
union all
select 'unknown', null, cast('1900-01-01' as date), cast('9999-01-01' as date), 'all'
