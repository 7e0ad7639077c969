{#- Stretches of UTC in which the local clock is ahead of it by one number of seconds: starts_at, ends_at,
    offset_seconds. From UTC to local time every engine agrees; the way back is ambiguous in a doubled hour and
    undefined in a skipped one, so it is found here. Days whose offset changes are searched by the minute: no zone
    changes within one. -#}
{% macro utc_offsets() %}
{%- set offset = "cast(" ~ dbt.datediff('moment', local_time('moment'), 'second') ~ " as integer)" -%}
    select
        moment as starts_at,
        coalesce(lead(moment) over (order by moment), cast('9999-01-01' as timestamp)) as ends_at,
        {{ offset }} as offset_seconds
    from (
        select cast('1969-12-01' as timestamp) as moment
        union all
        select min(moment) as moment
        from (
            select day_start, offset_seconds, {{ dbt.dateadd('minute', 'generated_number', 'day_start') }} as moment
            from (
                select
                    moment as day_start,
                    {{ offset }} as offset_seconds,
                    lead({{ offset }}) over (order by moment) as next_offset
                from (select cast(date_day as timestamp) as moment from ({{ calendar_spine() }}) as spine) as days
            ) as changes
            cross join ({{ dbt.generate_series(1440) }}) as minutes
            where offset_seconds != next_offset
        ) as searched
        where {{ offset }} != offset_seconds
        group by day_start
    ) as found
{% endmacro %}

{# The days that calendars of opening hours may cover. #}
{% macro calendar_spine() %}
    {{ dbt.date_spine('day', "cast('1970-01-01' as date)", "cast('2070-01-01' as date)") }}
{% endmacro %}

{# Seconds since midnight of a time of day that is written as 9:00, 09:00 or 24:00. #}
{% macro seconds_of_day(column) -%}
    cast({{ dbt.split_part(column, "':'", 1) }} as integer) * 3600
    + cast({{ dbt.split_part(column, "':'", 2) }} as integer) * 60
{%- endmacro %}

{#- Adds `open_seconds` and `line_id` to rows that have org_unit_id and occurred_at: the open seconds that the unit's
    calendar counts from its beginning until then, so that the business time between two moments of a unit is a
    difference. Fractions of a second do not count. NULL outside the calendar, which a data test reports. -#}
{% macro open_seconds(moments) %}
    select
        moments.*,
        coalesce(named.line_id, 'default') as line_id,
        cast(lines.calendar_shift + stretches.seconds_before + least(
            {{ dbt.datediff('stretches.starts_at', 'moments.occurred_at', 'second') }}, stretches.open_length
        ) as bigint) as open_seconds
    from {{ moments }} as moments
    left join (select distinct line_id from {{ ref('int_calendar_lines') }}) as named
        on moments.org_unit_id = named.line_id
    left join {{ ref('int_calendar_lines') }} as lines
        on coalesce(named.line_id, 'default') = lines.line_id
        and moments.occurred_at >= lines.starts_at and moments.occurred_at < lines.ends_at
    left join {{ ref('int_open_stretches') }} as stretches
        on lines.calendar_id = stretches.calendar_id
        and cast(moments.occurred_at as date) = stretches.utc_day
        and moments.occurred_at >= stretches.starts_at and moments.occurred_at < stretches.ends_at
{% endmacro %}
