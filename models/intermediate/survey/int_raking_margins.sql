-- one row per survey, quarter or wave, margin and category: responses, base, and the share that they are weighed to
with responses as (
    select * from {{ ref('int_raking_responses') }}
),

wanted as (
    select distinct
        responses.survey_id, responses.period_type, responses.period_key,
        {{ last_known_day('periods') }} as known_on
    from responses
    inner join {{ ref('periods') }} as periods
        on responses.period_type = periods.period_type and responses.period_key = periods.period_key
),

-- Who was a customer at the end of the period.
customers as (
    select
        ends.known_on, spells.tier,
        case when units.org_level = 'team' then units.parent_org_unit_id else spells.org_unit_id end as site,
        count(*) as customer_count
    from (select distinct known_on from wanted) as ends
    inner join {{ ref('int_customer_spells') }} as spells
        on ends.known_on >= spells.valid_from and ends.known_on < spells.valid_to
        and (spells.since_on is null or spells.since_on <= ends.known_on)
        and (spells.left_on is null or spells.left_on > ends.known_on)
    left join {{ ref('org_units') }} as units
        on spells.org_unit_id = units.org_unit_id
        and ends.known_on >= units.valid_from and (units.valid_to is null or ends.known_on < units.valid_to)
    group by
        ends.known_on, spells.tier,
        case when units.org_level = 'team' then units.parent_org_unit_id else spells.org_unit_id end
),

counted as (
    {% for margin in ['tier', 'site'] %}
    select
        wanted.survey_id, wanted.period_type, wanted.period_key, '{{ margin }}' as margin,
        customers.{{ margin }} as category, 0 as response_count, customers.customer_count as base_count
    from wanted
    inner join customers on wanted.known_on = customers.known_on
    where customers.{{ margin }} is not null
    union all
    {% endfor %}
    select
        wanted.survey_id, wanted.period_type, wanted.period_key, 'channel', invitations.channel, 0, count(*)
    from {{ ref('int_survey_invitations') }} as invitations
    inner join {{ ref('dates') }} as dates on invitations.date_day = dates.date_day
    inner join wanted
        on invitations.survey_id = wanted.survey_id
        and wanted.period_key = case wanted.period_type when 'wave' then invitations.wave_key else dates.quarter_key end
    group by wanted.survey_id, wanted.period_type, wanted.period_key, invitations.channel
    {% for margin in ['tier', 'site', 'channel'] %}
    union all
    select survey_id, period_type, period_key, '{{ margin }}', {{ margin }}, count(*), 0
    from responses
    group by survey_id, period_type, period_key, {{ margin }}
    {% endfor %}
),

categories as (
    select
        survey_id, period_type, period_key, margin, category,
        cast(sum(response_count) as bigint) as respondents,
        cast(sum(base_count) as bigint) as base_count
    from counted
    group by survey_id, period_type, period_key, margin, category
),

{% set margin = 'partition by survey_id, period_type, period_key, margin' -%}
totals as (
    select
        *,
        sum(respondents) over ({{ margin }}) as response_total,
        sum(base_count) over ({{ margin }}) as base_total,
        -- Of whom the base knows nothing, they keep their share of the responses.
        sum(case when base_count > 0 then respondents else 0 end) over ({{ margin }}) as known_total,
        first_value(category) over (
            {{ margin }} order by case when base_count > 0 then respondents else 0 end desc, category
        ) as largest
    from categories
),

named as (
    select
        *,
        -- A category that nobody answered from is taken together with the one most answered from (B5).
        case
            when known_total = 0 then null
            when respondents = 0 then largest
            else category
        end as raked_as
    from totals
),

raked as (
    select *, {{ double('sum(base_count) over (' ~ margin ~ ', raked_as)') }} as base_of_raked from named
)

select
    survey_id, period_type, period_key, margin, category, raked_as, respondents, base_count,
    {{ double('respondents') }} / response_total as respondent_share,
    {{ double('base_count') }} / nullif(base_total, 0) as base_share,
    case
        when raked_as is null or category != raked_as then null
        when base_count = 0 then {{ double('respondents') }} / response_total
        else {{ double('known_total') }} / response_total * base_of_raked / base_total
    end as target_share
from raked
