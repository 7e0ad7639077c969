-- one row: the rating, 1 to 5
select
    'phone_now-rating' as survey_id,
    'rating' as item_code,
    'Satisfaction rating of the call' as item_text,
    'overall_satisfaction' as construct,
    'stars5' as scale,
    1 as position
from (select 1 as landed from {{ source_file('*.csv') }} limit 1)
