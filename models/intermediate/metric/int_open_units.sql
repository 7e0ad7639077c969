-- one row per unit, and `all`, and stretch of time in which it was open, as far as is known at as_of
with stretches as (
    select
        org_unit_id,
        greatest(valid_from, coalesce(opened_on, valid_from)) as open_from,
        least(
            coalesce(valid_to, cast('9999-01-01' as date)),
            coalesce(cast({{ dbt.dateadd('day', 1, 'closed_on') }} as date), cast('9999-01-01' as date))
        ) as open_to
    from {{ ref('org_units') }}
)

select
    org_unit_id,
    open_from,
    open_to
from stretches
where open_from < open_to and open_from <= {{ as_of() }}
union all
select
    'all' as org_unit_id,
    cast('1900-01-01' as date) as open_from,
    cast('9999-01-01' as date) as open_to
