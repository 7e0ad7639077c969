-- one row per response that counts and quarter or wave of it: the category of each margin that it is weighed by
with responses as (
    select
        responses.response_id, responses.survey_id, responses.wave_key, responses.date_day, dates.quarter_key,
        responses.tier, customers.org_unit_id,
        -- How it was asked for, which is not always how it was answered.
        coalesce(invitations.channel, responses.channel) as channel
    from {{ ref('int_survey_responses') }} as responses
    inner join {{ ref('dates') }} as dates on responses.date_day = dates.date_day
    left join {{ ref('stg_survey_responses') }} as named on responses.response_id = named.response_id
    left join {{ ref('int_survey_invitations') }} as invitations on named.invitation_id = invitations.invitation_id
    left join {{ ref('int_customer_spells') }} as customers
        on responses.person_key = customers.customer_key
        and responses.date_day >= customers.valid_from and responses.date_day < customers.valid_to
    where responses.subject = 'customer' and responses.is_counted
),

placed as (
    select
        responses.*,
        case when units.org_level = 'team' then units.parent_org_unit_id else responses.org_unit_id end as site
    from responses
    left join {{ ref('org_units') }} as units
        on responses.org_unit_id = units.org_unit_id
        and responses.date_day >= units.valid_from
        and (units.valid_to is null or responses.date_day < units.valid_to)
)

{% for period in ['quarter', 'wave'] %}
select
    response_id, survey_id,
    '{{ period }}' as period_type,
    {{ period }}_key as period_key,
    coalesce(tier, 'unknown') as tier,
    coalesce(site, 'unknown') as site,
    coalesce(channel, 'unknown') as channel
from placed
where {{ period }}_key is not null
{% if not loop.last %}union all{% endif %}
{% endfor %}
