-- one row per counted response to a customer survey that has answers: its indices, and how the form was filled in
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
{% set is_item = "construct in ('satisfaction', 'perception')" %}
-- From staging: what answers say needs nothing that is looked up for their response.
with responses as (
    select responses.response_id, {{ local_date('responses.submitted_at') }} as date_day
    from {{ ref('stg_survey_responses') }} as responses
    inner join {{ ref('stg_surveys') }} as surveys on responses.survey_id = surveys.survey_id
    where surveys.subject = 'customer' and not coalesce(responses.is_test, false)
),

answers as (
    select
        responses.date_day,
        scores.*,
        scores.lowest_code = 1 and scores.highest_code = 10 as is_one_to_ten
    from responses
    inner join {{ ref('int_survey_scores') }} as scores on responses.response_id = scores.response_id
    where {{ touched_days('survey') }}
),

parts as (
    {% for index_id, column in survey_indices().items() %}
    select
        response_id, date_day, survey_id, '{{ index_id }}' as index_id, {{ column }} as part,
        cast({{ double('sum(fine_score)') }} / count(fine_score) as decimal(38, 12)) as part_score
    from answers
    where {{ is_item }} and {{ column }} is not null and fine_score is not null
    group by response_id, date_day, survey_id, {{ column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

indices as (
    select
        parts.response_id, parts.index_id,
        {{ double('sum(parts.part_score)') }} / count(*) as equal_index,
        -- Renormalised over the parts that were answered.
        {{ double('sum(cast(cast(parts.part_score as decimal(19, 12)) * weights.weight as decimal(38, 12)))') }}
        / nullif({{ double('sum(weights.weight)') }}, 0) as weighted_index
    from parts
    left join {{ ref('int_index_weights') }} as weights
        on parts.survey_id = weights.survey_id
        and parts.index_id = weights.index_id
        and parts.part = weights.part
        and parts.date_day >= weights.valid_from and parts.date_day < weights.valid_to
    group by parts.response_id, parts.index_id
),

wide as (
    select
        response_id,
        {% for index_id in survey_indices() -%}
        max(case when index_id = '{{ index_id }}' then weighted_index end) as {{ index_id }},
        {% endfor -%}
        max(case when index_id = 'csi_modules_weighted' then equal_index end) as csi_modules_equal
    from indices
    group by response_id
),

forms as (
    select
        response_id, date_day,
        {{ double('sum(case when ' ~ is_item ~ ' then fine_score end)') }}
        / nullif(count(case when {{ is_item }} then fine_score end), 0) as csi_items_equal,
        {% for construct in ['overall_satisfaction', 'expectation', 'ideal'] -%}
        {% set code = "case when construct = '" ~ construct ~ "' and is_one_to_ten then answer_code end" -%}
        {{ double('sum(' ~ code ~ ')') }} / nullif(count({{ code }}), 0) as {{ construct }},
        {% endfor -%}
        max(case when construct = 'open_text' and has_text then 1 else 0 end) as commented,
        case when count(ticked_code) >= 5 then case when min(ticked_code) = max(ticked_code) then 1 else 0 end end
            as straight_line
    from answers
    group by response_id, date_day
)

select
    forms.response_id, forms.date_day,
    {% for index_id in survey_indices() -%}
    {{ score_measure('wide.' ~ index_id) }} as {{ index_id }},
    {% endfor -%}
    {{ score_measure('wide.csi_modules_equal') }} as csi_modules_equal,
    {{ score_measure('forms.csi_items_equal') }} as csi_items_equal,
    {{ score_measure('100 * (forms.overall_satisfaction + forms.expectation + forms.ideal - 3) / 27') }} as acsi_index,
    cast(forms.commented as smallint) as commented,
    cast(forms.straight_line as smallint) as straight_line
from forms
left join wide on forms.response_id = wide.response_id
