{# The last local day that is known, as a date. The environment gives it, so that a new day needs no new parse. #}
{% macro as_of() -%}
    cast('{{ as_of_day().isoformat() }}' as date)
{%- endmacro %}

{# The first moment that is not known any more, in UTC: the end of the as_of day in the project's time zone. #}
{% macro as_of_end() -%}
    {%- set zone = modules.pytz.timezone(var('time_zone')) -%}
    {%- set next_day = as_of_day() + modules.datetime.timedelta(days=1) -%}
    {%- set midnight = modules.datetime.datetime.combine(next_day, modules.datetime.time()) -%}
    cast('{{ zone.localize(midnight).astimezone(modules.pytz.utc).strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
{%- endmacro %}

{# The last day of a period that is known at as_of; a wave without end is known until then. #}
{% macro last_known_day(periods) -%}
    least(coalesce(cast({{ dbt.dateadd('day', -1, periods ~ '.period_end') }} as date), {{ as_of() }}), {{ as_of() }})
{%- endmacro %}

{# Without EVENKEEL_AS_OF it is the end of the day before this run started; no model reads a clock. #}
{% macro as_of_day() -%}
    {%- set given = env_var('EVENKEEL_AS_OF', '') -%}
    {%- if given -%}
        {{ return(modules.datetime.date.fromisoformat(given)) }}
    {%- endif -%}
    {%- set local_start = run_started_at.astimezone(modules.pytz.timezone(var('time_zone'))) -%}
    {{ return(local_start.date() - modules.datetime.timedelta(days=1)) }}
{%- endmacro %}

{# A moment as calendars count it: the end of as_of itself may lie where a calendar ends. #}
{% macro last_covered(moment) -%}
    least({{ moment }}, {{ dbt.dateadd('second', -1, as_of_end()) }})
{%- endmacro %}
