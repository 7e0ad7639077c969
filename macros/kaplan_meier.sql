{# Curves of time to an event (E6). Sums of logarithms and errors are rounded to 22 digits, so that their order changes nothing. #}

{# A term of such a sum. #}
{% macro exact_term(expression) -%}
    cast({{ expression }} as decimal(38, 22))
{%- endmacro %}

{# A limit of a share that is still open, log-log, from its relative error (Greenwood): all or none open has no spread. #}
{% macro log_log(side, share, relative_error) -%}
    case
        when {{ share }} > 0 and {{ share }} < 1 then power(
            {{ share }}, exp({{ '-' if side == 'high' else '' }}{{ z() }} * {{ relative_error }} / -ln({{ share }})))
        else {{ share }}
    end
{%- endmacro %}

{# Days of a method km_at_<days>; NULL for any other. #}
{% macro km_days(method) -%}
    cast(case when {{ method }} like 'km_at_%' then replace({{ method }}, 'km_at_', '') end as integer)
{%- endmacro %}
