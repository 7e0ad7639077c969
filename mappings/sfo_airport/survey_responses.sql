-- one row per passenger interviewed; the layouts name the number and the boarding area in two ways
{%- set renamed = ['RESPNUM', '*RESPNUM', 'AREA', 'BAREA'] %}
with interviews as (
    select
        _file,
        _line,
        regexp_extract(_file, '20[0-9]{2}') as survey_year,
        trim(coalesce(RESPNUM, "*RESPNUM")) as respondent,
        trim(INTDATE) as interview_date,
        trim(METHOD) as method,
        trim(LANG) as language_code,
        WEIGHT as weight,
        trim(coalesce(BAREA, AREA)) as boarding_area
    from {{ source_file('*.csv', optional=renamed) }}
)

select
    'sfo_airport-' || survey_year || '-' || respondent as response_id,
    'sfo_airport-' || survey_year as survey_id,
    coalesce(
        try_strptime(interview_date, '%m/%d/%Y %I:%M:%S %p'),
        try_strptime(survey_year || '-05-' || interview_date, '%Y-%m-%d')
    ) as submitted_at,
    'sfo_airport' as org_unit_id,
    case method
        when '1' then 'face_to_face'
        when '2' then 'letter'
        when '3' then 'web'
    end as channel,
    case language_code
        when '1' then 'en'
        when '2' then 'es'
        when '3' then 'zh'
        when '4' then 'ja'
    end as language,
    weight,
    boarding_area,
    _file,
    _line
from interviews
