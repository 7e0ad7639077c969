-- one row per cell of answers and earlier period that share no version of a programme's questionnaire (rule 14)
with cells as (
    select * from {{ ref('int_survey_version_cells') }}
),

earlier as (
    {% for comparison in ['previous', 'year_ago'] %}
    select
        '{{ comparison }}' as comparison,
        period_type, period_key,
        {{ comparison }}_key as earlier_key
    from {{ ref('periods') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

pairs as (
    select
        earlier.comparison, mine.fact, mine.measure, mine.period_type, mine.period_key,
        mine.org_unit_id, mine.slice, mine.slice_value, mine.programme,
        max(case when mine.questionnaire_version = theirs.questionnaire_version then 1 else 0 end) as has_common_version
    from cells as mine
    inner join earlier on mine.period_type = earlier.period_type and mine.period_key = earlier.period_key
    inner join cells as theirs
        on mine.fact = theirs.fact and mine.measure = theirs.measure
        and mine.period_type = theirs.period_type and earlier.earlier_key = theirs.period_key
        and mine.org_unit_id = theirs.org_unit_id
        and mine.slice = theirs.slice
        and mine.slice_value = theirs.slice_value
        and mine.programme = theirs.programme
    group by
        earlier.comparison, mine.fact, mine.measure, mine.period_type, mine.period_key,
        mine.org_unit_id, mine.slice, mine.slice_value, mine.programme
)

select distinct comparison, fact, measure, period_type, period_key, org_unit_id, slice, slice_value
from pairs
where has_common_version = 0
