-- one row per survey, construct, group of questions and question: how it goes with the others of its group (A5, A19)
with items as (
    select
        *,
        total_variance - 2 * covariance + variance as rest_variance,
        {{ is_small_group('person_count', "'customer_survey'") }} as is_hidden
    from {{ ref('int_item_group_sums') }}
),

correlated as (
    select
        *,
        -- Of a question without spread, or of others without any, there is nothing to correlate.
        case
            when variance > 0 and rest_variance > 1e-9 * total_variance
                then (covariance - variance) / sqrt(variance * rest_variance)
        end as correlation
    from items
)

select
    survey_id, construct, grouping, item_group, item_code,
    case when not is_hidden then base_count end as base_count,
    case when not is_hidden then correlation end as item_total_correlation,
    case when not is_hidden then correlation < 0 end as missed_reversal,
    case
        when base_count = 0 then 'not_measured'
        when is_hidden then 'hidden_small'
        when base_count < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from correlated
