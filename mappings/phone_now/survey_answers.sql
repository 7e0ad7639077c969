-- one row per call with a rating
select
    'phone_now-' || "call id" as response_id,
    'rating' as item_code,
    "satisfaction rating" as answer_value,
    _file,
    _line
from {{ source_file('*.csv') }}
where trim("satisfaction rating") <> ''
