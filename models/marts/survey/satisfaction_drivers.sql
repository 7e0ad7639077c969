-- one row per customer survey, outcome, unit or slice, and question that may drive the outcome
with figures as (
    select
        items.survey_id, items.outcome, items.org_unit_id, items.slice, items.slice_value, items.cell_id,
        items.driver, items.is_included, items.is_outcome_ordinal, items.candidate_count, items.answered_count,
        coalesce(bases.base_count, 0) as base_count,
        {{ is_small_group('coalesce(bases.person_count, items.candidate_count)', "'customer_survey'") }} as is_hidden,
        weights.state as found_state,
        case when weights.performance is not null then weights.driver_count end as driver_count,
        weights.performance, weights.performance_error, weights.correlation, weights.r_squared,
        weights.beta, weights.beta_low, weights.beta_high, weights.vif,
        weights.lmg, weights.lmg_share, weights.lmg_low, weights.lmg_high,
        weights.johnson, weights.johnson_share, weights.johnson_low, weights.johnson_high,
        1 / {{ double('bases.base_count - 1') }} as inverse_df
    from {{ ref('int_driver_items') }} as items
    left join {{ ref('int_driver_bases') }} as bases on items.cell_id = bases.cell_id
    left join {{ ref('int_driver_weights') }} as weights
        on items.cell_id = weights.cell_id and items.driver = weights.driver
),

judged as (
    select
        *,
        performance - {{ t_quantile('inverse_df') }} * performance_error as performance_low,
        performance + {{ t_quantile('inverse_df') }} * performance_error as performance_high,
        -- Too many drivers have no LMG; Johnson's weights stand in.
        coalesce(lmg_share, johnson_share) as importance,
        coalesce(lmg_low, johnson_low) as importance_low,
        coalesce(lmg_high, johnson_high) as importance_high,
        1 / {{ double('driver_count') }} as importance_cut,
        {{ double('sum(cast(performance as decimal(38, 12))) over (partition by cell_id)') }}
        / count(performance) over (partition by cell_id) as performance_cut,
        case
            when is_hidden then 'hidden_small'
            when not is_included then 'mostly_unanswered'
            when base_count = 0 then 'not_measured'
            else coalesce(found_state, 'too_few')
        end as state
    from figures
),

shown as (
    select *
    from judged
    where not is_hidden
)

select
    judged.survey_id, judged.org_unit_id, judged.slice, judged.slice_value, judged.outcome, judged.driver,
    cast(shown.base_count as bigint) as base_count,
    cast(shown.candidate_count - shown.base_count as bigint) as lost_count,
    cast(shown.answered_count as bigint) as answered_count,
    cast(shown.driver_count as bigint) as driver_count,
    shown.performance, shown.performance_low, shown.performance_high, shown.correlation, shown.beta, shown.beta_low,
    shown.beta_high, shown.lmg, shown.lmg_share, shown.lmg_low, shown.lmg_high, shown.johnson, shown.johnson_share,
    shown.johnson_low, shown.johnson_high, shown.vif, shown.r_squared, shown.importance_cut,
    case when shown.performance is not null then shown.performance_cut end as performance_cut,
    case
        when shown.importance is null then null
        when shown.importance_cut between shown.importance_low and shown.importance_high then 'undecided'
        when shown.performance_cut between shown.performance_low and shown.performance_high then 'undecided'
        when shown.importance > shown.importance_cut and shown.performance > shown.performance_cut then 'keep_up'
        when shown.importance > shown.importance_cut then 'concentrate_here'
        when shown.performance > shown.performance_cut then 'possible_overkill'
        else 'low_priority'
    end as quadrant,
    case
        when shown.beta * shown.correlation < 0 then 'suppressor'
        when shown.vif > 10 then 'high_vif'
        when shown.importance is not null and shown.candidate_count > 2 * shown.base_count then 'many_lost'
    end as warning,
    judged.is_outcome_ordinal, judged.state
from judged
left join shown on judged.cell_id = shown.cell_id and judged.driver = shown.driver
