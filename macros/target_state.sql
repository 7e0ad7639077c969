{#
    Met or missed only if the whole interval lies on one side of the target (J2). A metric without intervals is judged by its value;
    where a metric that has them lacks a limit (one answer, a quantile of few values), nothing is proved on that side.
#}
{% macro target_state() -%}
    {%- set low = "case when interval_method = 'none' then value else ci_low end" -%}
    {%- set high = "case when interval_method = 'none' then value else ci_high end" -%}
    case
        when value is null or better = 'none' then null
        when better = 'higher' and {{ low }} >= target then 'met'
        when better = 'lower' and {{ high }} <= target then 'met'
        when better = 'higher' and {{ high }} < target then 'missed'
        when better = 'lower' and {{ low }} > target then 'missed'
        else 'undecided'
    end
{%- endmacro %}
