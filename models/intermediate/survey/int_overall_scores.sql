-- one row per response of a customer to a survey run by the organisation itself: its overall satisfaction
select
    responses.response_id, responses.customer_key, responses.submitted_at,
    -- The lowest of several, as in the recovery queue.
    min(scores.score) as overall_score,
    min(case when scores.is_top2 then 1 when not scores.is_top2 then 0 end) as is_top2
from {{ ref('stg_survey_responses') }} as responses
inner join {{ ref('stg_surveys') }} as surveys on responses.survey_id = surveys.survey_id
inner join {{ ref('int_survey_scores') }} as scores on responses.response_id = scores.response_id
where
    -- Another's survey asks in another way: its scores are neither before nor after ours (rule 19).
    surveys.subject = 'customer' and surveys.run_by = 'internal'
    and surveys.programme in ('post_contact', 'follow_up', 'relationship')
    and not coalesce(responses.is_test, false)
    and scores.construct = 'overall_satisfaction' and scores.score is not null
group by responses.response_id, responses.customer_key, responses.submitted_at
