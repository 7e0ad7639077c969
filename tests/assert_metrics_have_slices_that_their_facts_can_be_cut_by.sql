-- Metrics with more than twelve slices (rule 6), or with one that is no cut of their fact.
-- The first would swell metric_values; the second would have no row, though its reader was promised one.
-- Rows name the metric, its fact and how many of its words are cuts: columns with `meta: {slice: ...}` in its YAML.
{% set facts = ['fct_contacts', 'fct_complaints', 'fct_survey_answers', 'fct_survey_responses', 'fct_employee_answers',
    'fct_employee_months'] %}
with metrics as (
    select
        *,
        length(slices) - length(replace(slices, ' ', '')) + 1 as word_count
    from {{ ref('metrics') }}
),

cuts as (
    {% for fact in facts %}
    {% for slice in slices(fact) %}
    select '{{ fact }}' as fact, '{{ slice }}' as slice
    union all
    {% endfor %}
    {% endfor %}
    select null as fact, null as slice
)

select
    metrics.metric_id,
    metrics.fact,
    metrics.word_count,
    count(cuts.slice) as cut_count
from metrics
left join cuts on metrics.fact = cuts.fact and {{ lists('metrics.slices', 'cuts.slice') }}
group by metrics.metric_id, metrics.fact, metrics.word_count
having metrics.word_count > 12 or count(cuts.slice) != metrics.word_count
