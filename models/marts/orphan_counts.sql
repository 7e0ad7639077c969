-- one row per column of an entity that names things which were never delivered: how many rows do, how many things
select
    entity,
    column_name,
    refers_to,
    cast(count(*) as bigint) as rows_orphaned,
    cast(count(distinct missing_key) as bigint) as keys_orphaned
from {{ ref('orphan_rows') }}
group by entity, column_name, refers_to
