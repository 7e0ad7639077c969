-- one row per survey, index, part (dimension, module or touchpoint) and stretch of time in which its weight held
with versions as (
    select
        index_id, part, weight,
        coalesce(valid_from, cast('1900-01-01' as date)) as valid_from
    from {{ ref('index_weights') }}
),

windows as (
    select
        *,
        coalesce(
            lead(valid_from) over (partition by index_id, part order by valid_from), cast('9999-01-01' as date)
        ) as valid_to
    from versions
),

indices as (
    {% for index_id in survey_indices() %}
    select '{{ index_id }}' as index_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- Until the organisation's own weights begin, those of the questionnaire hold.
spans as (
    select
        indices.index_id,
        coalesce(min(versions.valid_from), cast('9999-01-01' as date)) as own_from
    from indices
    left join versions on indices.index_id = versions.index_id
    group by indices.index_id
),

item_weights as (
    {% for index_id, column in survey_indices().items() %}
    select survey_id, '{{ index_id }}' as index_id, {{ column }} as part, weight
    from {{ ref('stg_survey_items') }}
    where {{ column }} is not null and construct in ('satisfaction', 'perception')
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

part_weights as (
    select
        survey_id, index_id, part,
        sum(coalesce(weight, 0)) as weight,
        sum(sum(coalesce(weight, 0))) over (partition by survey_id, index_id) as total_weight
    from item_weights
    group by survey_id, index_id, part
)

select
    surveys.survey_id, windows.index_id, windows.part,
    cast(windows.weight as decimal(18, 6)) as weight,
    windows.valid_from, windows.valid_to
from windows
cross join (select distinct survey_id from part_weights) as surveys
union all
select
    part_weights.survey_id, part_weights.index_id, part_weights.part,
    -- Without any weight the parts count alike.
    cast(case when part_weights.total_weight > 0 then part_weights.weight else 1 end as decimal(18, 6)),
    cast('1900-01-01' as date),
    spans.own_from
from part_weights
inner join spans on part_weights.index_id = spans.index_id
where spans.own_from > cast('1900-01-01' as date)
