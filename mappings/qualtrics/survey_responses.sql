-- one row per response; two more header records follow the names: the wording, and the import ids
-- in JSON, which alone name the time zone of the dates
with records as (
    select * from {{ source_file('*.csv') }}
),

import_ids as (
    select
        _line as last_header_line,
        regexp_extract(StartDate, '"timeZone":"([^"]+)"', 1) as time_zone
    from records
    where ResponseId like '{"ImportId"%'
)

select
    'qualtrics-' || records.ResponseId as response_id,
    'qualtrics-impressive_climate' as survey_id,
    strftime(
        timezone('UTC', timezone(import_ids.time_zone, try_cast(records.EndDate as timestamp))),
        '%Y-%m-%dT%H:%M:%SZ'
    ) as submitted_at,
    strftime(
        timezone('UTC', timezone(import_ids.time_zone, try_cast(records.StartDate as timestamp))),
        '%Y-%m-%dT%H:%M:%SZ'
    ) as started_at,
    'qualtrics' as org_unit_id,
    'web' as channel,
    lower(records.UserLanguage) as language,
    case records.Finished when 'True' then 'complete' when 'False' then 'partial' end as status,
    -- 'IP Address' is Qualtrics' word for a normal response
    records.Status in ('Survey Preview', 'Survey Test') as is_test,
    records.condition,
    records."Duration (in seconds)" as duration_seconds,
    records._file,
    records._line
from records
inner join import_ids on records._line > import_ids.last_header_line
