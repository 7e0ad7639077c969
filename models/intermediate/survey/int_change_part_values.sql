-- one row per metric, comparison, period, unit, slice and slice value of either period: what it did to the change (C5)
{% set whole = 'metric_id, comparison, period_type, period_key, earlier_key, org_unit_id' %}
{% set sides = {'': 'period_key', 'earlier_': 'earlier_key'} %}
with metrics as (
    select * from {{ ref('metrics') }} where domain = 'satisfaction' and method = 'mean'
),

-- Rule 19: what is never pooled is no part of the total that the other programmes make up.
unpooled as (
    select programme
    from {{ ref('fct_survey_responses') }}
    group by programme
    having max(case when is_pooled then 1 else 0 end) = 0
),

pairs as (
    {% for comparison in ['previous', 'year_ago'] %}
    select '{{ comparison }}' as comparison, period_type, period_key, {{ comparison }}_key as earlier_key
    from {{ ref('periods') }}
    where is_complete and period_type in ('month', 'quarter', 'half', 'year') and {{ comparison }}_key is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

cells as (
    select
        sums.metric_id, metrics.fact, metrics.measure, sums.period_type, sums.period_key,
        sums.org_unit_id, sums.slice, sums.slice_value, sums.base_count,
        {{ double('metrics.factor') }}
        * {{ double('cast(' ~ double('sums.value_sum') ~ ' / sums.base_count as decimal(38, 12))') }} as value,
        case
            when {{ is_small_group('coalesce(persons.person_count, sums.base_count)', 'metrics.privacy_class') }} then 1
            else 0
        end as is_small
    from {{ ref('int_metric_sums') }} as sums
    inner join metrics on sums.metric_id = metrics.metric_id
    left join unpooled on sums.slice = 'programme' and sums.slice_value = unpooled.programme
    left join {{ ref('int_survey_persons') }} as persons
        on metrics.fact = persons.fact and metrics.measure = persons.measure
        and sums.period_type = persons.period_type and sums.period_key = persons.period_key
        and sums.org_unit_id = persons.org_unit_id
        and sums.slice = persons.slice and sums.slice_value = persons.slice_value
    where sums.weighting = 'none' and sums.base_count > 0 and unpooled.programme is null
),

now_and_then as (
    {% for side, key in sides.items() %}
    select
        cells.metric_id, pairs.comparison, pairs.period_type, pairs.period_key, pairs.earlier_key,
        cells.org_unit_id, cells.slice, cells.slice_value, cells.fact, cells.measure,
        {% for name in sides -%}
        cast({{ 'cells.base_count' if name == side else '0' }} as bigint) as {{ name }}base_count,
        {{ 'cells.value' if name == side else double('null') }} as {{ name }}value,
        {% endfor -%}
        cells.is_small
    from cells
    inner join pairs on cells.period_type = pairs.period_type and cells.period_key = pairs.{{ key }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

merged as (
    select
        {{ whole }}, slice, slice_value, fact, measure,
        cast(sum(base_count) as bigint) as base_count,
        cast(sum(earlier_base_count) as bigint) as earlier_base_count,
        max(value) as value,
        max(earlier_value) as earlier_value,
        max(is_small) as is_small
    from now_and_then
    group by {{ whole }}, slice, slice_value, fact, measure
),

-- The totals beside every slice value.
beside_totals as (
    select
        *,
        {% for name in ['base_count', 'earlier_base_count', 'value', 'earlier_value', 'is_small'] -%}
        max(case when slice = 'all' then {{ name }} end) over (partition by {{ whole }}) as total_{{ name }},
        {% endfor -%}
        sum(base_count) over (partition by {{ whole }}, slice) as slice_base_count,
        sum(earlier_base_count) over (partition by {{ whole }}, slice) as slice_earlier_base_count,
        max(is_small) over (partition by {{ whole }}, slice) as slice_is_small,
        -- A value of one period only has one rate: all that it does is mix.
        coalesce(value, earlier_value) as rate,
        coalesce(earlier_value, value) as earlier_rate
    from merged
),

shares as (
    select
        *,
        {{ double('base_count') }} / total_base_count as share,
        {{ double('earlier_base_count') }} / total_earlier_base_count as earlier_share,
        (total_value + total_earlier_value) / 2 as middle
    from beside_totals
    where slice != 'all' and total_base_count > 0 and total_earlier_base_count > 0
)

select
    shares.*,
    -- Rounded to the digits of the sums, so that parts add up in any order. Shares are counted from the middle of both
    -- totals: their changes add up to nothing, and a value that grows counts as good only if it is above it.
    cast((share + earlier_share) / 2 * (rate - earlier_rate) as decimal(38, 12)) as rate_effect,
    cast(((rate + earlier_rate) / 2 - middle) * (share - earlier_share) as decimal(38, 12)) as mix_effect,
    case
        when slice_is_small = 1 or total_is_small = 1 then 'hidden_small'
        when breaks.fact is not null then 'not_comparable'
        when
            slice_base_count != total_base_count or slice_earlier_base_count != total_earlier_base_count
            then 'not_additive'
        when least(total_base_count, total_earlier_base_count) < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from shares
left join {{ ref('int_version_breaks') }} as breaks
    on shares.comparison = breaks.comparison and shares.fact = breaks.fact and shares.measure = breaks.measure
    and shares.period_type = breaks.period_type and shares.period_key = breaks.period_key
    and shares.org_unit_id = breaks.org_unit_id and breaks.slice = 'all'
