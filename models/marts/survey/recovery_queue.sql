-- one row per response with a low score or of a detractor: who may call back, by when, and whether somebody did
with lows as (
    select
        responses.*,
        callbacks.is_dissatisfied, callbacks.is_detractor, callbacks.overall_score, callbacks.called_back_at,
        callbacks.is_reached,
        cast({{ dbt.dateadd('day', 2, 'responses.date_day') }} as date) as due_on,
        {{ local_date('callbacks.called_back_at') }} as called_back_on,
        customers.contact_permission,
        complaints.response_id is not null as has_complaint,
        -- Who is not known cannot be found among those who complained, and whoever may yet do so is not silent.
        responses.person_key is not null
        and {{ dbt.dateadd('day', 30, 'responses.submitted_at') }} < {{ as_of_end() }} as is_judged
    from {{ ref('int_survey_callbacks') }} as callbacks
    inner join {{ ref('int_survey_responses') }} as responses on callbacks.response_id = responses.response_id
    -- Consent as it stands now, whatever it was when the customer answered.
    left join {{ ref('int_customer_spells') }} as customers
        on responses.person_key = customers.customer_key
        and customers.valid_from <= {{ as_of() }} and customers.valid_to > {{ as_of() }}
    left join (select distinct response_id from {{ ref('int_response_complaints') }} where is_near) as complaints
        on callbacks.response_id = complaints.response_id
)

select
    response_id, date_day, submitted_at, survey_id, programme, wave_key, is_pooled, org_unit_id, channel, contact_id,
    complaint_id, person_key, tier, segment, is_weight_given, design_weight,
    case when is_dissatisfied = 0 then 'detractor' when is_detractor = 0 then 'dissatisfied' else 'both' end as reason,
    overall_score, contact_permission, due_on, called_back_at, is_reached, case
        when called_back_on <= due_on then 'called_in_time'
        when called_back_on > due_on then 'called_late'
        when person_key is null then 'unknown_customer'
        when not contact_permission then 'no_permission'
        when due_on <= {{ as_of() }} then 'overdue'
        else 'open'
    end as state,
    -- Only of those whose two days are over is it known.
    cast(case
        when due_on <= {{ as_of() }} then case when called_back_on <= due_on then 1 else 0 end
    end as smallint) as called_back_2d,
    {{ flag('has_complaint', 'is_judged') }} as complained,
    {{ flag('not has_complaint', 'is_judged') }} as silent
from lows
