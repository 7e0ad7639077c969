-- one row per period, unit, slice and slice value: how many were dissatisfied, how many of them said so
{#- Sides of the complainers that both say how many did and lie apart: of the answers, and of all customers. -#}
{% set shown = [
    'respondents', 'dissatisfied', 'dissatisfied_share', 'dissatisfied_low', 'dissatisfied_high', 'dissatisfied_customers'
] %}
{% set shown_linked = [
    'linked', 'match_rate', 'judged', 'complained', 'silent', 'complainer_share', 'complainer_low', 'complainer_high',
    'silent_share', 'silent_low', 'silent_high', 'silent_per_complainer', 'silent_per_complainer_low',
    'silent_per_complainer_high'
] %}
with persons as (
    select * from {{ ref('int_survey_persons') }} where measure = 'customers'
),

counted as (
    select
        cells.*,
        cells.judged - cells.complained as silent,
        served.person_count as customers_served,
        -- Nobody complained where customers came and no complaint is known.
        case when served.person_count > 0 then coalesce(complaining.person_count, 0) end as customers_complaining,
        {{ double('cells.dissatisfied') }} / cells.respondents as p_low,
        {{ double('cells.complained') }} / nullif(cells.judged, 0) as p_told
    from {{ ref('int_silent_cells') }} as cells
    {% for name, fact in {'served': 'fct_contacts', 'complaining': 'fct_complaints'}.items() -%}
    left join persons as {{ name }}
        on {{ name }}.fact = '{{ fact }}'
        and cells.period_type = {{ name }}.period_type and cells.period_key = {{ name }}.period_key
        and cells.org_unit_id = {{ name }}.org_unit_id
        and cells.slice = {{ name }}.slice and cells.slice_value = {{ name }}.slice_value
    {% endfor %}
),

estimates as (
    select
        *,
        100 * p_low as dissatisfied_share,
        100 * ({{ wilson('low', 'p_low', double('respondents')) }}) as dissatisfied_low,
        100 * ({{ wilson('high', 'p_low', double('respondents')) }}) as dissatisfied_high,
        customers_served * p_low as dissatisfied_customers,
        100 * {{ double('linked') }} / nullif(dissatisfied, 0) as match_rate,
        {{ wilson('low', 'p_told', double('judged')) }} as told_low,
        {{ wilson('high', 'p_told', double('judged')) }} as told_high,
        case
            when is_hidden then 'hidden_small'
            when customers_served is null then 'no_population'
            when dissatisfied = 0 then 'no_dissatisfied'
            when customers_complaining = 0 then 'no_complainers'
            when respondents < {{ var('low_base') }} then 'low_base'
            else 'ok'
        end as iceberg_state
    from counted
),

ratios as (
    select
        *,
        100 * p_told as complainer_share,
        100 * told_low as complainer_low,
        100 * told_high as complainer_high,
        100 * (1 - p_told) as silent_share,
        100 * (1 - told_high) as silent_low,
        100 * (1 - told_low) as silent_high,
        case when complained > 0 then 1 / p_told - 1 end as silent_per_complainer,
        case when complained > 0 then 1 / told_high - 1 end as silent_per_complainer_low,
        case when complained > 0 then 1 / told_low - 1 end as silent_per_complainer_high,
        case when iceberg_state in ('ok', 'low_base') then dissatisfied_customers / customers_complaining end
            as iceberg,
        -- Delta method on the log: the share of a sample over a Poisson count.
        {{ z() }} * sqrt(
            (1 - p_low) / nullif({{ double('dissatisfied') }}, 0) + 1 / nullif({{ double('customers_complaining') }}, 0)
        ) as log_error
    from estimates
)

select
    period_type, period_key, org_unit_id, slice, slice_value,
    {% for column in shown -%}
    case when not is_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    {% for column in shown_linked -%}
    case when not is_hidden and not is_judged_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    customers_served, customers_complaining,
    iceberg - 1 as iceberg_ratio,
    iceberg * exp(-log_error) - 1 as iceberg_low,
    iceberg * exp(log_error) - 1 as iceberg_high,
    {{ survey_state('respondents') }} as state,
    case
        when is_hidden or is_judged_hidden then 'hidden_small'
        when judged = 0 then 'not_measured'
        when judged < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as linked_state,
    iceberg_state
from ratios
