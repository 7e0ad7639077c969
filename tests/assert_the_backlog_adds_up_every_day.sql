-- Days on which the backlog is not what was open in the morning, plus what came and was reopened, less what went;
-- mornings of the whole that are not the evening before; bands of age that do not add up; and a backlog of today that
-- is not the number of complaints without an end.
-- Rows name the day and unit and are a fault of the models.
with days as (
    select
        *,
        coalesce(lag(closing) over (partition by org_unit_id order by {{ adapter.quote('date') }}), 0) as closed_before
    from {{ ref('complaint_backlog_days') }}
),

still_open as (
    select count(*) as open_complaints
    from {{ ref('fct_complaints') }} as facts
    inner join {{ ref('int_complaint_cases') }} as cases on facts.complaint_id = cases.complaint_id
    where
        facts.complaints = 1 and facts.resolved_at is null and not facts.is_withdrawn
        and cases.has_times
)

select {{ adapter.quote('date') }}, org_unit_id, opening, closing
from days
where
    -- A unit that moves takes along what is open; the whole goes nowhere.
    (org_unit_id = 'all' and opening != closed_before)
    or closing != opening + received + reopened - closed
    or closing != age_0_3 + age_4_7 + age_8_14 + age_15_30 + age_over_30
    or least(opening, closing, age_0_3, age_4_7, age_8_14, age_15_30, age_over_30) < 0
union all
select days.{{ adapter.quote('date') }}, days.org_unit_id, days.opening, days.closing
from days
cross join still_open
where
    days.org_unit_id = 'all' and days.{{ adapter.quote('date') }} = {{ as_of() }}
    and days.closing != still_open.open_complaints
