-- Metrics with more than twelve slices (rule 6), or with one that is no cut of their fact, or of what a rate is per.
-- The first would swell metric_values; the second would have no row, though its reader was promised one.
-- Rows name the metric, the fact and how many words are cuts of it: columns with `meta: {slice: ...}` in its YAML.
with metrics as (
    select
        *,
        length(slices) - length(replace(slices, ' ', '')) + 1 as word_count
    from {{ ref('metrics') }}
),

needed as (
    select metric_id, word_count, slices, fact from metrics
    union distinct
    select metric_id, word_count, slices, {{ dbt.split_part('denominator', "'.'", 1) }} as fact
    from metrics
    where method = 'rate'
),

cuts as (
    {% for fact in facts() %}
    {% for slice in slices(fact) %}
    select '{{ fact }}' as fact, '{{ slice }}' as slice
    union all
    {% endfor %}
    {% endfor %}
    select 'fct_purchases' as fact, 'all' as slice
)

select
    needed.metric_id,
    needed.fact,
    needed.word_count,
    count(cuts.slice) as cut_count
from needed
left join cuts on needed.fact = cuts.fact and {{ lists('needed.slices', 'cuts.slice') }}
group by needed.metric_id, needed.fact, needed.word_count
having needed.word_count > 12 or count(cuts.slice) != needed.word_count
