-- one row: a one-off survey that researchers ran; the export does not say when it closed
select
    'qualtrics-impressive_climate' as survey_id,
    'Impressions of climate scientists, pilot' as survey_name,
    'third_party' as programme,
    'customer' as subject,
    'external' as run_by,
    '1' as version,
    'pilot' as wave,
    cast(min(try_cast(StartDate as timestamp)) as date) as opened_on
from {{ source_file('*.csv') }}
having min(try_cast(StartDate as timestamp)) is not null
