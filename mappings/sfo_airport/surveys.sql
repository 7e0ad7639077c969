-- one row per year's survey; 2016 gives whole dates, the other years the day of May only
with interviews as (
    select
        regexp_extract(_file, '20[0-9]{2}') as survey_year,
        coalesce(
            try_strptime(trim(INTDATE), '%m/%d/%Y %I:%M:%S %p'),
            try_strptime(survey_year || '-05-' || trim(INTDATE), '%Y-%m-%d')
        ) as interviewed_on
    from {{ source_file('*.csv') }}
)

select
    'sfo_airport-' || survey_year as survey_id,
    'SFO customer survey ' || survey_year as survey_name,
    'relationship' as programme,
    'customer' as subject,
    'internal' as run_by,
    -- the ratings kept their wording and order through the four layouts: years compare
    '1' as version,
    survey_year as wave,
    cast(min(interviewed_on) as date) as opened_on,
    cast(max(interviewed_on) as date) as closed_on
from interviews
group by survey_year
