-- one row per kind of value about recovery, period, unit, slice and slice value: its count, persons, sums and median
{% set cell = 'kind, period_type, period_key, org_unit_id, slice, slice_value' %}
{% set kinds = {
    'before': 'case when recovered is not null then before_score end',
    'after': 'after_score',
    'change': 'after_score - before_score',
    'recovered': 'recovered',
    'about': 'satisfied_after',
    'days_to_resolution': dbt.datediff('received_at', 'resolved_at', 'second') ~ ' / 86400.0',
    'days_to_recovery': 'case when recovered = 1 then ' ~ dbt.datediff('received_at', 'after_at', 'second')
        ~ ' / 86400.0 end',
} %}
with touched as (
    select distinct response_id
    from {{ ref('int_response_complaints') }}
    where is_near or received_at between {{ dbt.dateadd('day', -365, 'submitted_at') }} and submitted_at
),

figures as (
    {% for kind, expression in kinds.items() -%}
    select
        '{{ kind }}' as kind, date_day, org_unit_id, tier, severity,
        coalesce(person_key, concat('complaint ', complaint_id)) as person,
        cast({{ expression }} as decimal(18, 6)) as figure
    from {{ ref('fct_complaint_recoveries') }}
    union all
    {% endfor -%}
    select
        'untouched', responses.date_day, responses.org_unit_id, responses.tier, null, responses.person_key,
        scores.overall_score
    from {{ ref('fct_survey_responses') }} as responses
    inner join {{ ref('int_overall_scores') }} as scores on responses.response_id = scores.response_id
    left join touched on responses.response_id = touched.response_id
    -- Who is not known may have complained.
    where responses.is_pooled and responses.person_key is not null and touched.response_id is null
),

placed as (
    select figures.*, dates.month_key, coalesce(paths.ancestor_id, 'all') as unit_id
    from figures
    inner join {{ ref('dates') }} as dates on figures.date_day = dates.date_day
    left join {{ ref('int_org_unit_paths') }} as paths
        on figures.org_unit_id = paths.org_unit_id
        and figures.date_day >= paths.valid_from and figures.date_day < paths.valid_to
    where figures.figure is not null
),

cut as (
    {% for slice, column in {'all': "'all'", 'tier': 'tier', 'severity': 'severity'}.items() -%}
    select
        placed.kind, periods.period_type, periods.period_key, placed.unit_id as org_unit_id, '{{ slice }}' as slice,
        coalesce({{ column }}, 'unknown') as slice_value, placed.person, placed.figure
    from placed
    inner join {{ ref('int_period_parts') }} as periods
        on placed.month_key = periods.part_key and periods.part_type = 'month'
    where
        periods.period_type in ('quarter', 'year')
        {% if slice == 'severity' %}and placed.kind != 'untouched'{% endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

ranked as (
    select
        *,
        row_number() over (partition by {{ cell }} order by figure) as place,
        count(*) over (partition by {{ cell }}) as places
    from cut
)

select
    {{ cell }},
    count(*) as base_count,
    count(distinct person) as person_count,
    cast(sum(figure) as decimal(38, 12)) as value_sum,
    sum(cast(cast(figure as decimal(19, 6)) * cast(figure as decimal(19, 6)) as decimal(38, 12))) as value_sum_squares,
    -- The smallest value that half of them do not exceed (rule 11).
    max(case when 2 * place between places and places + 1 then figure end) as median
from ranked
group by {{ cell }}
