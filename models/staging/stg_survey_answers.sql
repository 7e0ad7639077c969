-- one row per answer: its latest version known at as_of, unless a later version of its response left it out
with responses as (
    select
        response_id, _delivered_load, count(*) over (partition by response_id) as version_count,
        row_number() over (
            partition by response_id order by changed_at desc nulls last, _delivered_load desc, _file desc, _line desc
        ) as version_rank
    from {{ source('raw', 'survey_responses') }}
    where changed_at is null or changed_at < {{ as_of_end() }}
),

versions as (
    select
        *,
        row_number() over (
            partition by response_id, item_code, option
            order by _is_redelivery asc, changed_at desc nulls last, _delivered_load desc, _file desc, _line desc
        ) as version_rank,
        max(_delivered_load) over (partition by response_id, item_code, option) as last_delivered_load
    from {{ source('raw', 'survey_answers') }}
    where changed_at is null or changed_at < {{ as_of_end() }}
)

select
    versions.response_id, versions.item_code, versions.option, versions.answer_value, versions.answer_text,
    versions.is_not_applicable
from versions
inner join responses on versions.response_id = responses.response_id and responses.version_rank = 1
where
    versions.version_rank = 1
    and not coalesce(versions.is_deleted, false)
    and (responses.version_count = 1 or versions.last_delivered_load >= responses._delivered_load)
