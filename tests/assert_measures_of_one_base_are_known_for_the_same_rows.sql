-- Answers and responses in which a measure is known and the one that it shares its base with is not, or the reverse.
-- Persons are counted for the one and published for the other, so small groups of it could be shown.
-- Rows name the measure in the YAML of the fact that must lose its `same_base_as`.
{% for fact in ['fct_survey_answers', 'fct_survey_responses', 'recovery_queue'] %}
{% set rows_of_fact = ref(fact) %}
{% for measure in measures(fact) if measure.base != measure.name %}
select '{{ fact }}' as fact, '{{ measure.name }}' as measure, count(*) as row_count
from {{ rows_of_fact }}
where ({{ measure.name }} is null) != ({{ measure.base }} is null)
having count(*) > 0
union all
{% endfor %}
{% endfor %}
select null as fact, null as measure, null as row_count
where false
