{# 95% intervals (spec A-F); every argument is SQL, shares lie in 0-1. #}

{% macro z() %}1.959963984540054{% endmacro %}

{# Wilson score limits of a share p of n answers. #}
{% macro wilson(side, p, n) -%}
    {%- set z2 = 3.841458820694124 -%}
    {%- set limit = '(' ~ p ~ ' + ' ~ z2 ~ ' / (2 * ' ~ n ~ ') ' ~ ('-' if side == 'low' else '+') ~ ' ' ~ z()
        ~ ' * sqrt(greatest(' ~ p ~ ' * (1 - ' ~ p ~ '), 0) / ' ~ n ~ ' + ' ~ z2 ~ ' / (4 * ' ~ n ~ ' * ' ~ n ~ '))) / (1 + '
        ~ z2 ~ ' / ' ~ n ~ ')' -%}
    {%- if side == 'low' -%}
        case when {{ p }} <= 0 then 0 when {{ p }} > 0 then greatest({{ limit }}, 0) end
    {%- else -%}
        case when {{ p }} >= 1 then 1 when {{ p }} < 1 then least({{ limit }}, 1) end
    {%- endif -%}
{%- endmacro %}

{# Adjusted-Wald limits of the net of promoters and detractors: three more answers, a quarter of each to either side (A6). #}
{% macro adjusted_wald(side, promoters, detractors, n) -%}
    {%- set up = '((' ~ promoters ~ ' * ' ~ n ~ ' + 0.75) / (' ~ n ~ ' + 3))' -%}
    {%- set down = '((' ~ detractors ~ ' * ' ~ n ~ ' + 0.75) / (' ~ n ~ ' + 3))' -%}
    {%- set net = '(' ~ up ~ ' - ' ~ down ~ ')' -%}
    {{ net }} {{ '-' if side == 'low' else '+' }} {{ z() }}
    * sqrt(({{ up }} + {{ down }} - {{ net }} * {{ net }}) / ({{ n }} + 3))
{%- endmacro %}
