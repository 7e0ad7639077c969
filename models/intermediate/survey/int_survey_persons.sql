-- one row per measure, period, unit or ancestor, slice and slice value: distinct persons who answered
-- Measures that are known for the same answers have the same persons, who are counted once for all of them.
select
    totals.fact, bases.measure, totals.period_type, totals.period_key, totals.org_unit_id, totals.slice, totals.slice_value,
    totals.person_count
from {{ ref('int_survey_person_totals') }} as totals
inner join ({{ measure_bases(['fct_survey_answers', 'fct_survey_responses']) }}) as bases
    on totals.fact = bases.fact and totals.measure = bases.base_measure
