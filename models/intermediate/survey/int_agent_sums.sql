-- one row per year, and last twelve months, and employee whom customers judged: answers, and those in the top two codes
with answers as (
    select
        responses.employee_id, responses.employee_key, answers.date_day, dates.year_key, answers.overall_top2
    from {{ ref('fct_survey_answers') }} as answers
    inner join {{ ref('stg_survey_responses') }} as responses on answers.response_id = responses.response_id
    inner join {{ ref('dates') }} as dates on answers.date_day = dates.date_day
    where answers.is_pooled and answers.overall_top2 is not null and responses.employee_id is not null
),

placed as (
    select 'year' as period_type, year_key as period_key, employee_id, employee_key, date_day, overall_top2
    from answers
    union all
    select
        'last_12_months', cast({{ as_of() }} as {{ dbt.type_string() }}),
        employee_id, employee_key, date_day, overall_top2
    from answers
    where date_day > {{ dbt.dateadd('month', -12, as_of()) }} and date_day <= {{ as_of() }}
),

summed as (
    select
        period_type, period_key, employee_id,
        employee_key as person_key,
        max(date_day) as last_day,
        count(*) as base_count,
        cast(sum(overall_top2) as bigint) as top2_count
    from placed
    group by period_type, period_key, employee_id, employee_key
)

select
    summed.period_type, summed.period_key, summed.person_key, spells.org_unit_id,
    coalesce(spells.job_role, 'unknown') as job_role,
    summed.base_count, summed.top2_count
from summed
left join {{ ref('int_employee_spells') }} as spells
    on summed.employee_id = spells.employee_id
    and summed.last_day >= spells.valid_from and (spells.valid_to is null or summed.last_day < spells.valid_to)
