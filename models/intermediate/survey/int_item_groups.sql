-- one row per customer survey, construct, group of its questions (all, module, ...) and question in it
{% set groupings = {'all': "'all'", 'module': 'module', 'dimension': 'dimension', 'touchpoint': 'touchpoint'} %}
with grouped as (
    {% for grouping, column in groupings.items() %}
    select
        items.survey_id, items.construct, '{{ grouping }}' as grouping, {{ column }} as item_group, items.item_code
    from {{ ref('stg_survey_items') }} as items
    inner join {{ ref('stg_surveys') }} as surveys
        on items.survey_id = surveys.survey_id and surveys.subject = 'customer'
    inner join {{ ref('int_scales') }} as scales on items.scale = scales.scale_id
    where items.construct in ('satisfaction', 'perception', 'expectation') and {{ column }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

counted as (
    select *, count(*) over (partition by survey_id, construct, grouping, item_group) as item_count
    from grouped
)

-- One question has nothing to be consistent with.
select * from counted
where item_count > 1
