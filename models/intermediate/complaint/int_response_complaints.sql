-- one row per response of a customer survey and complaint that may belong together: by customer, or by what names what
with responses as (
    select
        responses.response_id, responses.submitted_at, responses.customer_key, responses.contact_id,
        coalesce(responses.complaint_id, invitations.complaint_id) as complaint_id
    from {{ ref('stg_survey_responses') }} as responses
    inner join {{ ref('stg_surveys') }} as surveys on responses.survey_id = surveys.survey_id
    left join {{ ref('stg_survey_invitations') }} as invitations on responses.invitation_id = invitations.invitation_id
    where surveys.subject = 'customer' and not coalesce(responses.is_test, false)
),

complaints as (
    select * from {{ ref('stg_complaints') }} where coalesce(case_type, 'complaint') = 'complaint'
),

{% set ties = {
    'responses.customer_key = complaints.customer_key': '0 as is_about, 0 as is_named',
    'responses.complaint_id = complaints.complaint_id': '1, 1',
    'responses.response_id = complaints.response_id': '0, 1',
    'responses.contact_id = complaints.contact_id': '0, 1',
} -%}
pairs as (
    {% for tie, flags in ties.items() -%}
    select responses.response_id, complaints.complaint_id, responses.submitted_at, complaints.received_at, {{ flags }}
    from responses
    inner join complaints on {{ tie }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    response_id, complaint_id, submitted_at, received_at,
    max(is_about) = 1 as is_about,
    max(is_named) = 1 as is_named,
    -- Thirty days to either side; what names the other needs to be no nearer.
    max(is_named) = 1 or received_at between {{ dbt.dateadd('day', -30, 'submitted_at') }}
    and {{ dbt.dateadd('day', 30, 'submitted_at') }} as is_near
from pairs
group by response_id, complaint_id, submitted_at, received_at
