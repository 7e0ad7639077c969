-- one row per response with a low score: the first call back to its customer within thirty days, if there was one
with lows as (
    select
        responses.response_id, responses.submitted_at, responses.customer_key,
        responses.contact_id, responses.complaint_id,
        {{ dbt.dateadd('day', 30, 'responses.submitted_at') }} as last_moment,
        max(case when scores.construct = 'overall_satisfaction' then 1 else 0 end) as is_dissatisfied,
        max(case when scores.construct = 'recommend' then 1 else 0 end) as is_detractor,
        min(case when scores.construct = 'overall_satisfaction' then scores.score end) as overall_score
    from {{ ref('stg_survey_responses') }} as responses
    inner join {{ ref('int_survey_scores') }} as scores on responses.response_id = scores.response_id
    where
        responses.survey_id in (select survey_id from {{ ref('stg_surveys') }} where subject = 'customer')
        and not coalesce(responses.is_test, false)
        and (
            (scores.construct = 'overall_satisfaction' and scores.is_bottom2)
            or (scores.construct = 'recommend' and scores.scale = 'nps11' and scores.answer_code <= 6)
        )
    group by
        responses.response_id, responses.submitted_at, responses.customer_key,
        responses.contact_id, responses.complaint_id
),

-- The complaint that the survey was about, or that was made in it.
follow_ups as (
    select response_id, complaint_id, submitted_at, last_moment
    from lows
    where complaint_id is not null
    union all
    select lows.response_id, complaints.complaint_id, lows.submitted_at, lows.last_moment
    from lows
    inner join {{ ref('stg_complaints') }} as complaints on lows.response_id = complaints.response_id
),

calls as (
    select lows.response_id, contacts.started_at as called_at, contacts.outcome = 'answered' as is_reached
    from lows
    inner join {{ ref('stg_contacts') }} as contacts on lows.customer_key = contacts.customer_key
    where
        contacts.direction = 'outbound'
        and contacts.started_at > lows.submitted_at and contacts.started_at <= lows.last_moment
    union all
    select lows.response_id, contacts.followed_up_at, contacts.follow_up_outcome = 'reached'
    from lows
    inner join {{ ref('stg_contacts') }} as contacts on lows.contact_id = contacts.contact_id
    where contacts.followed_up_at > lows.submitted_at and contacts.followed_up_at <= lows.last_moment
    union all
    select follow_ups.response_id, events.occurred_at, events.outcome = 'reached'
    from follow_ups
    inner join {{ ref('stg_complaint_events') }} as events on follow_ups.complaint_id = events.complaint_id
    where
        events.event_type = 'follow_up'
        and events.occurred_at > follow_ups.submitted_at and events.occurred_at <= follow_ups.last_moment
),

first_calls as (
    select
        response_id,
        min(called_at) as called_back_at,
        max(case when is_reached then 1 else 0 end) as is_reached
    from calls
    group by response_id
)

select
    lows.response_id, lows.is_dissatisfied, lows.is_detractor, lows.overall_score, first_calls.called_back_at,
    case when first_calls.called_back_at is not null then first_calls.is_reached = 1 end as is_reached
from lows
left join first_calls on lows.response_id = first_calls.response_id
