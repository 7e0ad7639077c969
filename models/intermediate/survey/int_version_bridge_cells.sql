-- one row per programme, pair of consecutive versions and question of both: exact sums of each where both ran at once
{% set pair = 'programme, old_version, new_version' %}
{% set question = 'measure, construct, concept' %}
with answers as (
    select * from {{ ref('int_version_answers') }}
),

versions as (
    select programme, version, min(opened_on) as opened_on
    from {{ ref('stg_surveys') }}
    where subject = 'customer'
    group by programme, version
),

pairs as (
    select
        programme,
        version as old_version,
        lead(version) over (partition by programme order by opened_on, version) as new_version
    from versions
),

spans as (
    select
        programme, questionnaire_version, part_key,
        min(date_day) as first_day, max(date_day) as last_day
    from answers
    group by programme, questionnaire_version, part_key
),

-- Months or waves in which both were in the field at the same time; one after the other within a month is no bridge.
bridges as (
    select pairs.programme, pairs.old_version, pairs.new_version, new_span.part_key
    from pairs
    inner join spans as old_span
        on pairs.programme = old_span.programme and pairs.old_version = old_span.questionnaire_version
    inner join spans as new_span
        on pairs.programme = new_span.programme and pairs.new_version = new_span.questionnaire_version
        and old_span.part_key = new_span.part_key
        and old_span.first_day <= new_span.last_day and new_span.first_day <= old_span.last_day
),

placed as (
    select
        pairs.programme, pairs.old_version, pairs.new_version, answers.measure, answers.construct, answers.concept,
        answers.questionnaire_version = pairs.new_version as is_new,
        case when bridges.part_key is not null then answers.measured_value end as bridge_value,
        answers.person_key, bridges.part_key
    from answers
    inner join pairs
        on answers.programme = pairs.programme
        and answers.questionnaire_version in (pairs.old_version, pairs.new_version)
        and pairs.new_version is not null
    left join bridges
        on answers.programme = bridges.programme and pairs.old_version = bridges.old_version
        and pairs.new_version = bridges.new_version and answers.part_key = bridges.part_key
)

select
    {{ pair }}, {{ question }},
    {% for prefix, side in {'': 'is_new', 'old_': 'not is_new'}.items() -%}
    count(case when {{ side }} then bridge_value end) as {{ prefix }}base_count,
    count(distinct case when {{ side }} and bridge_value is not null then person_key end)
    + count(case when {{ side }} and person_key is null then bridge_value end) as {{ prefix }}person_count,
    cast(sum(case when {{ side }} then bridge_value end) as decimal(38, 12)) as {{ prefix }}value_sum,
    sum(case when {{ side }} then cast(
        cast(bridge_value as decimal(19, 6)) * cast(bridge_value as decimal(19, 6)) as decimal(38, 12)
    ) end) as {{ prefix }}value_sum_squares,
    {% endfor -%}
    count(distinct part_key) as period_count,
    min(part_key) as first_period_key,
    max(part_key) as last_period_key
from placed
group by {{ pair }}, {{ question }}
-- Questions that both versions have put.
having count(distinct case when is_new then 1 else 0 end) = 2
