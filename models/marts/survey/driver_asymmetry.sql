-- one row per customer survey, outcome, slice of the whole organisation, and question that may drive the outcome
with figures as (
    select
        items.survey_id, items.outcome, items.org_unit_id, items.slice, items.slice_value,
        items.driver, items.is_included, items.has_boxes, items.candidate_count,
        coalesce(bases.base_count, 0) as base_count,
        {{ is_small_group('coalesce(bases.person_count, items.candidate_count)', "'customer_survey'") }} as is_hidden,
        contrasts.state as found_state, contrasts.low_count, contrasts.top_count, contrasts.r_squared,
        contrasts.penalty, contrasts.penalty_low, contrasts.penalty_high,
        contrasts.reward, contrasts.reward_low, contrasts.reward_high,
        contrasts.asymmetry, contrasts.asymmetry_low, contrasts.asymmetry_high
    from {{ ref('int_driver_items') }} as items
    left join {{ ref('int_driver_bases') }} as bases on items.cell_id = bases.cell_id
    left join {{ ref('int_driver_contrasts') }} as contrasts
        on items.cell_id = contrasts.cell_id and items.driver = contrasts.driver
    where items.org_unit_id = 'all'
)

select
    survey_id, org_unit_id, slice, slice_value, outcome, driver,
    cast(case when not is_hidden then base_count end as bigint) as base_count,
    cast(case when not is_hidden then candidate_count - base_count end as bigint) as lost_count,
    cast(case when not is_hidden then low_count end as bigint) as low_count,
    cast(case when not is_hidden then top_count end as bigint) as top_count,
    case when not is_hidden then penalty end as penalty,
    case when not is_hidden then penalty_low end as penalty_low,
    case when not is_hidden then penalty_high end as penalty_high,
    case when not is_hidden then reward end as reward,
    case when not is_hidden then reward_low end as reward_low,
    case when not is_hidden then reward_high end as reward_high,
    case when not is_hidden then asymmetry end as asymmetry,
    case when not is_hidden then asymmetry_low end as asymmetry_low,
    case when not is_hidden then asymmetry_high end as asymmetry_high,
    case when not is_hidden then r_squared end as r_squared,
    case
        when is_hidden or (penalty is null and reward is null) then null
        when asymmetry_high < 0 and penalty_high < 0 then 'basic'
        when asymmetry_low > 0 and reward_low > 0 then 'excitement'
        when penalty_high < 0 and reward_low > 0 then 'performance'
        else 'undecided'
    end as driver_class,
    case
        when is_hidden then 'hidden_small'
        when not is_included then 'mostly_unanswered'
        when base_count = 0 then 'not_measured'
        when not has_boxes then 'no_boxes'
        else coalesce(found_state, 'too_few')
    end as state
from figures
