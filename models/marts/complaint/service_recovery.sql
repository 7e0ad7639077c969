-- one row per quarter or year, unit, slice and slice value: satisfaction after a resolution, before and elsewhere
{% set kinds = ['before', 'after', 'change', 'recovered', 'about', 'days_to_resolution', 'days_to_recovery'] %}
{% set parts = ['base_count', 'person_count', 'value_sum', 'value_sum_squares', 'median'] %}
{% set shown = {
    'about': ['answered_about'],
    'after': ['answered_after', 'after_mean', 'after_low', 'after_high'],
    'change': [
        'answered_before_and_after', 'before_mean', 'change_mean', 'change_low', 'change_high', 'recovered_count',
        'recovered_share', 'recovered_low', 'recovered_high', 'days_to_recovery'
    ],
    'untouched': ['untouched', 'untouched_mean'],
} %}
with cells as (
    select
        period_type, period_key, org_unit_id, slice, slice_value,
        -- How severe a complaint was divides nobody who made none.
        case when slice = 'severity' then 'all' else slice end as untouched_slice,
        case when slice = 'severity' then 'all' else slice_value end as untouched_value,
        {%- for kind in kinds %}{% for part in parts %}
        max(case when kind = '{{ kind }}' then {{ part }} end) as {{ kind }}_{{ part }},
        {%- endfor %}{% endfor %}
        1 as one
    from {{ ref('int_service_recovery_cells') }}
    where kind != 'untouched'
    group by period_type, period_key, org_unit_id, slice, slice_value
),

joined as (
    select
        cells.*,
        {%- for part in parts[:4] %}
        untouched.{{ part }} as untouched_{{ part }},
        {%- endfor %}
        {% for kind in ['about', 'after', 'change'] -%}
        coalesce({{ is_small_group('cells.' ~ kind ~ '_person_count', "'customer_survey'") }}, false)
            as is_{{ kind }}_hidden,
        {% endfor -%}
        coalesce({{ is_small_group('untouched.person_count', "'customer_survey'") }}, false) as is_untouched_hidden
    from cells
    left join {{ ref('int_service_recovery_cells') }} as untouched
        on untouched.kind = 'untouched'
        and cells.period_type = untouched.period_type and cells.period_key = untouched.period_key
        and cells.org_unit_id = untouched.org_unit_id
        and cells.untouched_slice = untouched.slice and cells.untouched_value = untouched.slice_value
),

means as (
    select
        *,
        {% for kind in ['before', 'after', 'change', 'untouched'] -%}
        {{ double(kind ~ '_value_sum') }} / {{ kind }}_base_count as {{ kind }}_mean,
        {{ squared_mean_error(kind ~ '_base_count', kind ~ '_value_sum', kind ~ '_value_sum_squares') }}
            as {{ kind }}_error2,
        1 / nullif({{ double(kind ~ '_base_count') }} - 1, 0) as {{ kind }}_inverse_df,
        {% endfor -%}
        {{ double('recovered_value_sum') }} / recovered_base_count as recovered
    from joined
),

tested as (
    select
        *,
        {{ welch_df('after_error2', 'after_base_count', 'untouched_error2', 'untouched_base_count') }}
            as inverse_df,
        after_error2 + untouched_error2 as error2,
        case when not (is_after_hidden or is_untouched_hidden) then after_mean - untouched_mean end as difference,
        cast(recovered_value_sum as bigint) as recovered_count,
        100 * recovered as recovered_share,
        {{ double('days_to_recovery_median') }} as days_to_recovery,
        coalesce(about_base_count, 0) as answered_about,
        coalesce(after_base_count, 0) as answered_after,
        coalesce(change_base_count, 0) as answered_before_and_after,
        coalesce(untouched_base_count, 0) as untouched
    from means
),

limits as (
    select
        *,
        {% for side in ['low', 'high'] -%}
        {% for kind in ['after', 'change'] -%}
        {{ t_limit(side, kind ~ '_mean', kind ~ '_error2', kind ~ '_inverse_df') }} as {{ kind }}_{{ side }},
        {% endfor -%}
        100 * ({{ wilson(side, 'recovered', double('recovered_base_count')) }}) as recovered_{{ side }},
        {{ t_limit(side, 'difference', 'error2', 'inverse_df') }} as difference_{{ side }},
        {% endfor -%}
        days_to_resolution_base_count as resolved
    from tested
)

select
    period_type, period_key, org_unit_id, slice, slice_value,
    resolved,
    {{ double('days_to_resolution_median') }} as days_to_resolution,
    {% for kind, columns in shown.items() -%}
    {% for column in columns -%}
    case when not is_{{ kind }}_hidden then {{ column }} end as {{ column }},
    {% endfor -%}
    {% endfor -%}
    difference, difference_low, difference_high,
    case
        when is_after_hidden or is_untouched_hidden or difference_low is null then 'too_few'
        when difference_low > 0 then 'paradox'
        when difference_high < 0 then 'no_paradox'
        else 'undecided'
    end as paradox_state,
    case
        when after_base_count is null then 'not_measured'
        when is_after_hidden then 'hidden_small'
        when after_base_count < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from limits
