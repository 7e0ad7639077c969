-- one row per outcome and verification of actions: what happened after all of them together against what was expected
with effects as (
    select
        effects.outcome, actions.state as verification,
        -- Floats would add up to another last digit in another order (rule 12).
        cast(effects.after_events as decimal(18, 6)) as observed,
        cast(effects.expected_events as decimal(18, 6)) as expected
    from {{ ref('int_action_effects') }} as effects
    inner join {{ ref('fct_corrective_actions') }} as actions on effects.action_id = actions.action_id
    where effects.expected_events is not null and effects.shorter_days >= 28
),

pooled as (
    {% for verification in ['verification', "'all'"] -%}
    select
        outcome, {{ verification }} as verification,
        count(*) as actions,
        {{ double('sum(observed)') }} as observed,
        {{ double('sum(expected)') }} as expected,
        {{ double('sum(cast(observed * observed as decimal(38, 12)))') }} as oo,
        {{ double('sum(cast(observed * expected as decimal(38, 12)))') }} as oe,
        {{ double('sum(cast(expected * expected as decimal(38, 12)))') }} as ee
    from effects
    group by outcome{% if loop.first %}, verification{% endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

estimates as (
    select
        *,
        observed / nullif(expected, 0) as ratio,
        1 / {{ double('nullif(actions - 1, 0)') }} as inverse_df
    from pooled
),

errors as (
    select
        *,
        -- Error of a ratio of sums: actions differ in more than chance.
        sqrt({{ without_noise('oo - 2 * ratio * oe + ratio * ratio * ee', 'oo') }} * actions * inverse_df)
        / nullif(expected, 0) as std_error
    from estimates
)

select
    outcome, verification, actions,
    cast(observed as bigint) as observed_events,
    expected as expected_events,
    ratio, std_error,
    case when actions >= 10 then greatest(ratio - {{ t_quantile('inverse_df') }} * std_error, 0) end as ratio_low,
    case when actions >= 10 then ratio + {{ t_quantile('inverse_df') }} * std_error end as ratio_high,
    case when ratio is null then 'not_measured' when actions < 10 then 'too_few' else 'ok' end as state
from errors
