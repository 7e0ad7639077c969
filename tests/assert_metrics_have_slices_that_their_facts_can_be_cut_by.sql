-- Metrics with more than twelve slices (rule 6), or with one that is no cut of their fact, or of what a rate is per.
-- The first would swell metric_values; the second would have no row, though its reader was promised one.
-- Rows name the metric, the measure and how many words are cuts of it: columns of its fact with `meta: {slice: ...}`
-- in the YAML, or those that the measure's own `cuts` names.
with metrics as (
    select
        *,
        length(slices) - length(replace(slices, ' ', '')) + 1 as word_count
    from {{ ref('metrics') }}
),

needed as (
    select metric_id, word_count, slices, concat(fact, '.', measure) as measure from metrics
    union distinct
    select metric_id, word_count, slices, denominator as measure
    from metrics
    where method = 'rate'
),

cuts as (
    {% for fact in facts() %}
    {% for measure in measures(fact) %}
    {% for slice in slices(fact) if has_cut(measure, slice) %}
    select '{{ fact }}.{{ measure.name }}' as measure, '{{ slice }}' as slice
    union all
    {% endfor %}
    {% endfor %}
    {% endfor %}
    -- Measured by days of presence, and by pairs of periods.
    {% for slice in slices('fct_employee_months') %}
    select 'fct_employee_months.headcount' as measure, '{{ slice }}' as slice
    union all
    select 'fct_employee_months.person_years' as measure, '{{ slice }}' as slice
    union all
    {% endfor %}
    select 'fct_purchases.bought_again' as measure, 'all' as slice
    -- What rates are per: customers served, and what units report.
    union all
    select 'fct_contacts.customers' as measure, 'all' as slice
    union all
    select 'fct_contacts.customers' as measure, 'tier' as slice
    union all
    select 'unit_volumes.subscribers' as measure, 'all' as slice
    union all
    select 'unit_volumes.households' as measure, 'all' as slice
)

select
    needed.metric_id,
    needed.measure,
    needed.word_count,
    count(cuts.slice) as cut_count
from needed
left join cuts on needed.measure = cuts.measure and {{ lists('needed.slices', 'cuts.slice') }}
group by needed.metric_id, needed.measure, needed.word_count
having needed.word_count > 12 or count(cuts.slice) != needed.word_count
