-- one row per metric, unit (or default) and stretch of time in which a target holds
select
    metric_id,
    org_unit_id,
    coalesce(cast(valid_from as date), cast('1900-01-01' as date)) as valid_from,
    coalesce(cast(valid_to as date), cast('9999-01-01' as date)) as valid_to,
    {{ double('target') }} as target
from {{ ref('targets') }}
