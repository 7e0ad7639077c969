-- one row per unit and stretch of time with its level; what comes before a unit's first day is of its first level
select
    org_unit_id,
    org_level,
    case
        when row_number() over (partition by org_unit_id order by valid_from) = 1 then cast('1900-01-01' as date)
        else valid_from
    end as valid_from,
    coalesce(valid_to, cast('9999-01-01' as date)) as valid_to
from {{ ref('org_units') }}
