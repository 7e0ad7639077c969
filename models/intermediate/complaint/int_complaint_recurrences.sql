-- one row per complaint: placeholder
select complaint_id, cast(null as integer) as recurred from {{ ref('stg_complaints') }}
