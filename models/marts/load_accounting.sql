-- one row per landed file and entity: what became of its rows; landed = accepted + quarantined + duplicate + held
with accounting as (
    select * from {{ source('loader', 'load_accounting') }}
)

select
    entity,
    file,
    content_hash,
    cast(min(landed_load) as integer) as landed_load,
    {% for column in [
        'rows_landed', 'rows_accepted', 'rows_quarantined', 'rows_duplicate', 'rows_held', 'values_blanked',
        'source_rows', 'source_rows_unused',
    ] -%}
    cast(sum({{ column }}) as bigint) as {{ column }},
    {% endfor -%}
    min(first_event_at) as first_event_at,
    max(last_event_at) as last_event_at
from accounting
group by entity, file, content_hash
