{#
    A value (alias now) against an earlier one (alias before), rule 14: the limits of the change by the metric's interval method.
    Wilson: Newcombe; t: Welch; adjusted_wald: errors of the adjusted estimates; Poisson: rate ratio, times the earlier value.
#}
{% macro change_limit(side, before) -%}
    {%- set sign = '-' if side == 'low' else '+' -%}
    {%- set mine, theirs = ('ci_low', 'ci_high') if side == 'low' else ('ci_high', 'ci_low') -%}
    {%- set error2 = '(now.std_error * now.std_error + ' ~ before ~ '.std_error * ' ~ before ~ '.std_error)' -%}
    case now.interval_method
        when 'wilson' then now.value - {{ before }}.value {{ sign }} sqrt(
            power(now.value - now.{{ mine }}, 2) + power({{ before }}.{{ theirs }} - {{ before }}.value, 2))
        when 'adjusted_wald' then (now.ci_low + now.ci_high - {{ before }}.ci_low - {{ before }}.ci_high) / 2 {{ sign }} sqrt(
            power(now.ci_high - now.ci_low, 2) + power({{ before }}.ci_high - {{ before }}.ci_low, 2)) / 2
        when 't' then now.value - {{ before }}.value {{ sign }} sqrt({{ error2 }}) * case
            when {{ error2 }} = 0 then 0 else {{ t_quantile('(' ~ welch_df(before, error2) ~ ')') }} end
        when 'poisson' then nullif({{ before }}.value, 0) * ({{ rate_ratio(side, before) }} - 1)
    end
{%- endmacro %}

{# Welch's degrees of freedom; a sample without spread adds nothing below the line. #}
{% macro welch_df(before, error2) -%}
    {{ error2 }} * {{ error2 }} / nullif(
        power(now.std_error, 4) / nullif(now.base_count - 1, 0)
        + power({{ before }}.std_error, 4) / nullif({{ before }}.base_count - 1, 0), 0)
{%- endmacro %}

{# Limit of the ratio of two Poisson rates: exact where int_rate_ratios has the pair of counts, else of its logarithm. #}
{% macro rate_ratio(side, before) -%}
    (case
        when least(now.value_sum, {{ before }}.value_sum) < 10 then {{ before }}_ratio.odds_{{ side }}
            * {{ double(before ~ '.denominator_sum') }} / {{ double('now.denominator_sum') }}
        else now.value / {{ before }}.value * exp({{ '-' if side == 'low' else '' }}{{ z() }}
            * sqrt(1 / {{ double('now.value_sum') }} + 1 / {{ double(before ~ '.value_sum') }}))
    end)
{%- endmacro %}

{# up and down only if the limits exclude no change. #}
{% macro change_state(low, high, ratio_low, ratio_high) -%}
    case
        when {{ low }} > 0 or {{ ratio_low }} > 1 then 'up'
        when {{ high }} < 0 or {{ ratio_high }} < 1 then 'down'
        when interval_method = 'poisson' or {{ low }} is not null and {{ high }} is not null then 'no_clear_change'
        else 'not_tested'
    end
{%- endmacro %}
