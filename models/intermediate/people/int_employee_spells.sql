-- one row per employee and stretch of time in which one extract's word on them held
with listed as (
    select
        *,
        row_number() over (partition by employee_id order by extracted_on) as extract_number,
        lag(extracted_on) over (partition by employee_id order by extracted_on) as listed_before_on,
        lag(left_on) over (partition by employee_id order by extracted_on) as left_before_on
    from {{ ref('stg_employees') }}
),

extracts as (
    select extracted_on, lead(extracted_on) over (order by extracted_on) as next_extract
    from (select distinct extracted_on from listed) as extract_days
),

-- Somebody listed without a day of leaving, after one or after an extract without them, has come back.
employments as (
    select
        listed.*,
        sum(case
            when listed.left_on is not null then 0
            when listed.left_before_on <= listed.extracted_on or extracts.next_extract < listed.extracted_on then 1
            else 0
        end) over (partition by listed.employee_id order by listed.extracted_on) as employment_number
    from listed
    left join extracts on listed.listed_before_on = extracts.extracted_on
),

employees as (
    select
        *,
        lead(extracted_on) over (partition by employee_id, employment_number order by extracted_on) as own_next_extract
    from employments
),

-- The latest extract that names a day of leaving has the last word on it.
leavings as (
    select employee_id, employment_number, left_on, leaving_reason
    from (
        select
            employee_id, employment_number, left_on, leaving_reason,
            row_number() over (partition by employee_id, employment_number order by extracted_on desc) as recency
        from employees
        where left_on is not null
    ) as named
    where recency = 1
),

stretches as (
    select
        employees.*,
        leavings.left_on as final_left_on,
        leavings.leaving_reason as final_leaving_reason,
        case
            when employees.extract_number = 1 then coalesce(employees.hired_on, employees.extracted_on)
            else greatest(employees.extracted_on, coalesce(employees.hired_on, employees.extracted_on))
        end as valid_from,
        case
            when employees.own_next_extract = extracts.next_extract then employees.own_next_extract
            -- Gone in the next extract: left on the day that is named, or else then.
            when leavings.left_on >= extracts.next_extract then employees.own_next_extract
            else extracts.next_extract
        end as valid_to
    from employees
    inner join extracts on employees.extracted_on = extracts.extracted_on
    left join leavings
        on employees.employee_id = leavings.employee_id and employees.employment_number = leavings.employment_number
),

cut as (
    select
        *,
        case
            when valid_from < final_left_on and (valid_to is null or final_left_on < valid_to) then final_left_on
            else valid_to
        end as cut_to
    from stretches
    -- Still listed after leaving.
    where left_on is null or valid_from < final_left_on
)

select
    employee_id, employee_key, org_unit_id, job_role, employment_type, valid_from,
    cut_to as valid_to,
    cut_to is not null and (
        coalesce(cut_to = final_left_on, false)
        or coalesce(
            lead(valid_from) over (partition by employee_id order by valid_from), cast('9999-01-01' as date)
        ) > cut_to
    ) as is_leaving,
    case when cut_to = final_left_on then coalesce(final_leaving_reason, 'unknown') else 'unknown' end as leaving_reason
from cut
where cut_to is null or valid_from < cut_to
