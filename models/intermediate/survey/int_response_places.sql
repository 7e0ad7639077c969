-- one row per counted response to a customer survey: its month, wave, unit's path and person, whom a number stands for
with responses as (
    select * from {{ ref('fct_survey_responses') }} where is_counted
)

select
    responses.response_id,
    responses.survey_id,
    responses.is_pooled,
    dates.month_key,
    responses.wave_key,
    coalesce(paths.path_id, 'unknown') as path_id,
    -- Where the person is not known each response stands for one.
    dense_rank() over (order by coalesce(responses.person_key, concat('response ', responses.response_id)))
        as person_number
from responses
inner join {{ ref('dates') }} as dates on responses.date_day = dates.date_day
left join {{ ref('int_org_unit_paths') }} as paths
    on responses.org_unit_id = paths.org_unit_id
    and paths.ancestor_id = 'all'
    and responses.date_day >= paths.valid_from and responses.date_day < paths.valid_to
