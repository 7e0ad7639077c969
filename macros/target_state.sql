{# Met or missed only if the whole interval lies on one side of the target (J2); a figure without interval by its value. #}
{% macro target_state() -%}
    case
        when value is null or better = 'none' then null
        when better = 'higher' and coalesce(ci_low, value) >= target then 'met'
        when better = 'lower' and coalesce(ci_high, value) <= target then 'met'
        when better = 'higher' and coalesce(ci_high, value) < target then 'missed'
        when better = 'lower' and coalesce(ci_low, value) > target then 'missed'
        else 'undecided'
    end
{%- endmacro %}
