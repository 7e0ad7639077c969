-- one row per measure, period, unit or ancestor, slice and slice value: persons who answered, came or complained
-- Persons do not add up like sums. In a fiscal year each is counted in the first month only, so that months add up to
-- year to date; numbers stand for the keys of periods and units, which makes it some times faster.
with parts as (
    select * from {{ ref('int_survey_person_parts') }}
    union all
    select * from {{ ref('int_case_person_parts') }}
),

periods as (
    select
        part_type, part_key, period_type, period_key,
        dense_rank() over (order by period_type, period_key) as period_number
    from {{ ref('int_period_parts') }}
),

years as (
    select part_key, period_number as year_number from periods where part_type = 'month' and period_type = 'year'
),

paths as (
    select distinct path_id, ancestor_id, dense_rank() over (order by ancestor_id) as ancestor_number
    from {{ ref('int_org_unit_paths') }}
),

cut_parts as (
    select parts.*, paths.ancestor_number
    from parts
    inner join paths on parts.path_id = paths.path_id
),

-- Where the person is not known each answer stands for one.
in_periods as (
    select
        cut_parts.fact, cut_parts.measure, cut_parts.slice, cut_parts.slice_value, periods.period_number,
        cut_parts.ancestor_number,
        case when cut_parts.person_number is null then sum(cut_parts.answer_count) else 1 end as person_count
    from cut_parts
    inner join periods on cut_parts.part_type = periods.part_type and cut_parts.part_key = periods.part_key
    where periods.period_type not in ('year', 'year_to_date')
    group by
        cut_parts.fact, cut_parts.measure, cut_parts.slice, cut_parts.slice_value, periods.period_number,
        cut_parts.ancestor_number, cut_parts.person_number
),

new_in_year as (
    select
        cut_parts.fact, cut_parts.measure, cut_parts.slice, cut_parts.slice_value, cut_parts.ancestor_number,
        min(cut_parts.part_key) as first_month,
        case when cut_parts.person_number is null then sum(cut_parts.answer_count) else 1 end as person_count
    from cut_parts
    inner join years on cut_parts.part_key = years.part_key
    where cut_parts.part_type = 'month'
    group by
        cut_parts.fact, cut_parts.measure, cut_parts.slice, cut_parts.slice_value, cut_parts.ancestor_number,
        years.year_number, cut_parts.person_number,
        case when cut_parts.person_number is null then cut_parts.part_key end
),

counted as (
    select fact, measure, slice, slice_value, period_number, ancestor_number, person_count from in_periods
    union all
    select
        new_in_year.fact, new_in_year.measure, new_in_year.slice, new_in_year.slice_value, periods.period_number,
        new_in_year.ancestor_number, new_in_year.person_count
    from new_in_year
    inner join periods
        on new_in_year.first_month = periods.part_key
        and periods.part_type = 'month' and periods.period_type in ('year', 'year_to_date')
),

totals as (
    select
        fact, measure, slice, slice_value, period_number, ancestor_number,
        cast(sum(person_count) as bigint) as person_count
    from counted
    group by fact, measure, slice, slice_value, period_number, ancestor_number
),

named as (
    select
        totals.fact, totals.measure, periods.period_type, periods.period_key,
        units.ancestor_id as org_unit_id,
        totals.slice, totals.slice_value, totals.person_count
    from totals
    inner join (select distinct period_number, period_type, period_key from periods) as periods
        on totals.period_number = periods.period_number
    inner join (select distinct ancestor_number, ancestor_id from paths) as units
        on totals.ancestor_number = units.ancestor_number
)

{{ for_measures_of_a_base(
    'named', ['fct_survey_answers', 'fct_survey_responses', 'recovery_queue', 'fct_complaint_recoveries'],
    'period_type, period_key, org_unit_id, slice, slice_value, person_count'
) }}
