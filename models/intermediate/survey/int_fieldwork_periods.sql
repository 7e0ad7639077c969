-- one row per survey, channel or all, period or wave, and unit or ancestor: what became of its invitations, in sums
{% set sums = {
    'invited': '1',
    'delivered': 'delivered',
    'bounced': 'case when is_bounced then 1 end',
    'opened': 'case when is_opened then 1 end',
    'started': 'case when is_started then 1 end',
    'completed': 'completed',
    'partial': 'completed_or_partial - completed',
    'refused': "case when outcome = 'refused' then 1 end",
    'non_contact': "case when outcome = 'non_contact' then 1 end",
    'unknown': "case when outcome = 'unknown' then 1 end",
    'ineligible': "case when outcome = 'ineligible' then 1 end",
    'opted_out': 'opted_out',
    'over_contact': 'over_contact',
    'weighted_count': 'case when design_weight is not null then 1 end',
} -%}
with paths as (
    select distinct path_id, org_unit_id, valid_from, valid_to from {{ ref('int_org_unit_paths') }}
),

placed as (
    select
        invitations.*,
        dates.week_key, dates.month_key,
        coalesce(paths.path_id, 'unknown') as path_id
    from {{ ref('fct_survey_invitations') }} as invitations
    inner join {{ ref('dates') }} as dates on invitations.date_day = dates.date_day
    left join paths
        on invitations.org_unit_id = paths.org_unit_id
        and invitations.date_day >= paths.valid_from and invitations.date_day < paths.valid_to
),

parts as (
    {% for part in ['week', 'month', 'wave'] %}
    select
        survey_id, channel, path_id, '{{ part }}' as part_type, {{ part }}_key as part_key,
        {% for name, expression in sums.items() -%}
        coalesce(sum({{ expression }}), 0) as {{ name }},
        {% endfor -%}
        sum(cast(design_weight as decimal(38, 12))) as weight_sum,
        sum(cast(cast(design_weight as decimal(19, 4)) * design_weight as decimal(38, 12))) as weight_sum_squares
    from placed
    where {{ part }}_key is not null
    group by survey_id, channel, path_id, {{ part }}_key
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

{% for channel in ['parts.channel', "'all'"] %}
select
    parts.survey_id,
    {{ channel }} as channel,
    periods.period_type, periods.period_key,
    paths.ancestor_id as org_unit_id,
    {% for name in sums -%}
    cast(sum(parts.{{ name }}) as bigint) as {{ name }},
    {% endfor -%}
    sum(parts.weight_sum) as weight_sum,
    sum(parts.weight_sum_squares) as weight_sum_squares
from parts
inner join {{ ref('int_period_parts') }} as periods
    on parts.part_type = periods.part_type and parts.part_key = periods.part_key
    and periods.period_type != 'year_to_date'
inner join {{ ref('int_org_unit_paths') }} as paths on parts.path_id = paths.path_id
group by
    parts.survey_id, periods.period_type, periods.period_key, paths.ancestor_id
    {%- if channel != "'all'" %}, {{ channel }}{% endif %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
