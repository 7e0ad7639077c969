-- Metrics whose measure, or what a rate is per, no fact has; denominators of what is no rate; and quantiles of what is
-- not counted by whole value: only numbers of fct_contacts and fct_survey_responses are.
-- Such a metric would have no row at all, or a rate without a base, and nobody would miss it.
-- Rows name the metric and the cell of seeds/metrics.csv that is wrong; docs/add-a-metric.md says what a measure is.
with metrics as (
    select * from {{ ref('metrics') }}
),

known as (
    {% for fact in facts() %}
    {% for measure in measures(fact) %}
    select '{{ fact }}' as fact, '{{ measure.name }}' as measure
    union all
    {% endfor %}
    {% endfor %}
    -- Measured by days of presence, not by rows of the fact.
    select 'fct_employee_months' as fact, 'headcount' as measure
    union all
    select 'fct_employee_months' as fact, 'person_years' as measure
    union all
    -- What rates are per: customers served, and what units report.
    {% for measure in ['fct_contacts.customers', 'unit_volumes.subscribers', 'unit_volumes.households'] %}
    select '{{ measure.split('.')[0] }}' as fact, '{{ measure.split('.')[1] }}' as measure
    union all
    {% endfor %}
    -- Measured by pairs of periods.
    select 'fct_purchases' as fact, 'bought_again' as measure
)

select
    metrics.metric_id,
    'measure' as cell,
    concat(metrics.fact, '.', metrics.measure) as word
from metrics
left join known on metrics.fact = known.fact and metrics.measure = known.measure
where known.measure is null
union all
select
    metrics.metric_id,
    'denominator' as cell,
    metrics.denominator as word
from metrics
left join known on metrics.denominator = concat(known.fact, '.', known.measure)
where
    (metrics.method = 'rate' and known.measure is null)
    or (metrics.method != 'rate' and metrics.denominator is not null)
union all
select
    metrics.metric_id,
    'method' as cell,
    metrics.method as word
from metrics
where
    metrics.method in ('median', 'p90', 'p95')
    and concat(metrics.fact, '.', metrics.measure) not in (
        {%- for fact in ['fct_contacts', 'fct_survey_responses'] %}
        {%- for measure in measures(fact) if not measure.is_flag %}
        '{{ fact }}.{{ measure.name }}',
        {%- endfor %}
        {%- endfor %}
        ''
    )
