-- one row: the rating asked at the end of an answered call
with calls as (
    select
        coalesce(
            try_strptime(date, '%m-%d-%Y'),
            try_strptime(date, '%m/%d/%Y')
        ) as called_on
    from {{ source_file('*.csv') }}
)

select
    'phone_now-rating' as survey_id,
    'Rating of an answered call' as survey_name,
    'post_contact' as programme,
    'customer' as subject,
    'internal' as run_by,
    '1' as version,
    cast(min(called_on) as date) as opened_on
from calls
having min(called_on) is not null
