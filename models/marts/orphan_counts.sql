-- one row per column of an entity that names things of which none is known: how many rows do, how many things
select
    entity,
    column_name,
    refers_to,
    cast(sum(row_count) as bigint) as rows_orphaned,
    cast(count(*) as bigint) as keys_orphaned
from {{ ref('orphan_keys') }}
group by entity, column_name, refers_to
