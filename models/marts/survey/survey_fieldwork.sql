-- one row per survey, channel or all, period or wave, and unit or ancestor: what became of the invitations sent in it
with sums as (
    select
        sums.*,
        periods.is_complete,
        raking.deff as raked_deff,
        completed + partial + refused as contacted,
        completed + partial + refused + non_contact as known_eligible,
        completed + partial + refused + non_contact + unknown as asked
    from {{ ref('int_fieldwork_periods') }} as sums
    inner join {{ ref('periods') }} as periods
        on sums.period_type = periods.period_type and sums.period_key = periods.period_key
    left join {{ ref('int_raking_effects') }} as raking
        on sums.survey_id = raking.survey_id
        and sums.period_type = raking.period_type and sums.period_key = raking.period_key
        and sums.channel = 'all' and sums.org_unit_id = 'all'
),

rates as (
    select
        *,
        {{ double('completed') }} / nullif(asked, 0) as rr1,
        {{ double('completed + partial') }} / nullif(asked, 0) as rr2,
        {{ double('completed') }} / nullif(known_eligible, 0) as rr5,
        {{ double('completed') }} / nullif(contacted, 0) as coop1,
        {{ double('refused') }} / nullif(asked, 0) as ref1,
        {{ double('contacted') }} / nullif(asked, 0) as con1,
        {{ double('nullif(asked, 0)') }} as n
    from sums
)

select
    survey_id, channel, period_type, period_key, org_unit_id, is_complete, invited, delivered, bounced, opened,
    started, partial, completed, refused, non_contact, unknown, ineligible, opted_out, over_contact,
    100 * rr1 as rr1,
    100 * ({{ wilson('low', 'rr1', 'n') }}) as rr1_low,
    100 * ({{ wilson('high', 'rr1', 'n') }}) as rr1_high,
    100 * rr2 as rr2,
    100 * rr5 as rr5,
    100 * coop1 as coop1,
    100 * ref1 as ref1,
    100 * con1 as con1,
    -- Kish (B6), of the raked weights where the whole is raked, else of those handed over.
    coalesce(
        raked_deff,
        weighted_count * {{ double('weight_sum_squares') }} / power(nullif({{ double('weight_sum') }}, 0), 2)
    ) as deff,
    case
        when asked = 0 then 'not_measured'
        when asked < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from rates
