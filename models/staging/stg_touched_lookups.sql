-- one row per change since the last build in what many events look up: the fact it touches every day of, or `all`
{{ config(materialized='table') }}
with last_build as (
    select
        coalesce(max(load_number), -1) as load_number,
        coalesce(max(as_of), cast('1900-01-01' as date)) as as_of,
        coalesce(max(as_of_end), cast('1900-01-01' as timestamp)) as as_of_end
    from intermediate.build_log
),

last_extract as (
    select max(extracted_on) as last_on from {{ source('raw', 'employees') }} where not {{ is_new_version() }}
)

select 'all' as fact from {{ source('raw', 'org_units') }} where {{ is_news('org_units') }}
union all
select 'survey' as fact from {{ source('raw', 'surveys') }} where {{ is_news('surveys') }}
union all
select 'invitation' as fact from {{ source('raw', 'surveys') }} where {{ is_news('surveys') }}
union all
select 'survey' as fact from {{ source('raw', 'survey_items') }} where {{ is_news('survey_items') }}
union all
select 'survey' as fact from {{ source('raw', 'survey_item_groups') }} where {{ is_news('survey_item_groups') }}
union all
select 'all' as fact from last_build where as_of > {{ as_of() }}
union all
-- An extract between others, or a corrected one, may turn a leaving into a stay.
select 'all' as fact from {{ source('raw', 'employees') }}
where {{ is_new_version() }} and extracted_on < (select last_on from last_extract)
