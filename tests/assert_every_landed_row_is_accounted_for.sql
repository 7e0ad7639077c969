-- Files of which more or fewer rows were accepted, refused, repeated or held than landed (rule 25).
-- Nothing may be lost and nothing may be silent.
-- Rows are a fault of the loader: they name the file and entity with their counts.
select
    entity,
    file,
    rows_landed,
    rows_accepted,
    rows_quarantined,
    rows_duplicate,
    rows_held
from {{ ref('load_accounting') }}
where
    rows_landed != rows_accepted + rows_quarantined + rows_duplicate + rows_held
    or least(rows_landed, rows_accepted, rows_quarantined, rows_duplicate, rows_held) < 0
