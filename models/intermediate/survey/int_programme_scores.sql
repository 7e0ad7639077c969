-- one row per half-year or year, internal and external programme and unit that both asked about: sums of both (A16)
with surveys as (
    select surveys.programme, surveys.run_by, items.scale
    from {{ ref('stg_surveys') }} as surveys
    inner join {{ ref('stg_survey_items') }} as items
        on surveys.survey_id = items.survey_id and items.construct = 'overall_satisfaction'
    where surveys.subject = 'customer'
),

-- A programme run by both is neither: its figures cannot be told apart. All internal ones are pooled (rule 19).
programmes as (
    select programme, min(run_by) as run_by, min(scale) as first_scale, max(scale) as last_scale
    from surveys
    group by programme
    having min(run_by) = max(run_by) and (min(run_by) = 'external' or programme != 'third_party')
    union all
    select 'all', 'internal', min(scale), max(scale)
    from surveys
    where run_by = 'internal' and programme != 'third_party'
),

scores as (
    select
        measured.period_type, measured.period_key, measured.org_unit_id, programmes.programme, programmes.run_by,
        programmes.first_scale, programmes.last_scale,
        cast(measured.overall_score__n as bigint) as base_count,
        cast(measured.overall_score__x as decimal(38, 12)) as value_sum,
        cast(measured.overall_score__xx as decimal(38, 12)) as value_sum_squares,
        cast(coalesce(persons.person_count, measured.overall_score__n) as bigint) as person_count
    from {{ ref('int_survey_answer_periods') }} as measured
    inner join programmes
        on measured.slice = case when programmes.programme = 'all' then 'all' else 'programme' end
        and measured.slice_value = programmes.programme
    left join {{ ref('int_survey_persons') }} as persons
        on persons.measure = 'overall_score'
        and measured.period_type = persons.period_type and measured.period_key = persons.period_key
        and measured.org_unit_id = persons.org_unit_id
        and measured.slice = persons.slice and measured.slice_value = persons.slice_value
    where measured.period_type in ('half', 'year') and measured.overall_score__n > 0
)

select
    internal.period_type, internal.period_key, periods.is_complete,
    internal.programme as internal_programme,
    external.programme as external_programme,
    case when internal.org_unit_id = 'all' then 'all' else coalesce(units.org_level, 'unknown') end as org_level,
    internal.org_unit_id,
    least(internal.first_scale, external.first_scale)
    = greatest(internal.last_scale, external.last_scale) as is_same_scale,
    {% for side in ['internal', 'external'] -%}
    {% for column in ['base_count', 'person_count', 'value_sum', 'value_sum_squares'] -%}
    {{ side }}.{{ column }} as {{ side }}_{{ column }},
    {% endfor -%}
    -- The twelve digits of the sums: equal means stay equal, whatever their sums.
    cast({{ double(side ~ '.value_sum') }} / {{ side }}.base_count as decimal(38, 12)) as {{ side }}_value,
    {% endfor -%}
    {{ is_small_group('least(internal.person_count, external.person_count)', "'customer_survey'") }} as is_small
from scores as internal
inner join scores as external
    on internal.period_type = external.period_type and internal.period_key = external.period_key
    and internal.org_unit_id = external.org_unit_id
    and internal.run_by = 'internal' and external.run_by = 'external'
inner join {{ ref('periods') }} as periods
    on internal.period_type = periods.period_type and internal.period_key = periods.period_key
left join {{ ref('org_units') }} as units
    on internal.org_unit_id = units.org_unit_id
    and units.valid_from <= {{ last_known_day('periods') }}
    and (units.valid_to is null or units.valid_to > {{ last_known_day('periods') }})
