{#
    A value against an earlier one (rule 14). Columns of the earlier one carry its name before theirs: previous_ or year_ago_.
    Limits by the metric's interval method. Wilson: Newcombe; t: Welch; adjusted_wald: errors of the adjusted estimates;
    Poisson: the rate ratio, times the earlier value.
#}
{% macro change_limit(side, before) -%}
    {%- set sign = '-' if side == 'low' else '+' -%}
    {%- set mine, theirs = ('ci_low', 'ci_high') if side == 'low' else ('ci_high', 'ci_low') -%}
    case interval_method
        when 'wilson' then value - {{ before }}_value {{ sign }} sqrt(
            power(value - {{ mine }}, 2) + power({{ before }}_{{ theirs }} - {{ before }}_value, 2))
        when 'adjusted_wald' then (ci_low + ci_high - {{ before }}_ci_low - {{ before }}_ci_high) / 2 {{ sign }} sqrt(
            power(ci_high - ci_low, 2) + power({{ before }}_ci_high - {{ before }}_ci_low, 2)) / 2
        when 't' then value - {{ before }}_value {{ sign }} sqrt({{ before }}_error2)
            * case when {{ before }}_error2 = 0 then 0 else {{ t_quantile(before ~ '_inverse_df') }} end
        when 'poisson' then nullif({{ before }}_value, 0) * ({{ before }}_ratio_{{ side }} - 1)
    end
{%- endmacro %}

{# Squared error of a difference of means. #}
{% macro squared_error(before) -%}
    std_error * std_error + {{ before }}_std_error * {{ before }}_std_error
{%- endmacro %}

{# Welch's degrees of freedom, inverted; a sample without spread adds nothing to them. #}
{% macro welch_inverse_df(before) -%}
    (power(std_error, 4) / nullif(base_count - 1, 0)
        + power({{ before }}_std_error, 4) / nullif({{ before }}_base_count - 1, 0))
    / nullif(power({{ squared_error(before) }}, 2), 0)
{%- endmacro %}

{# Limit of the ratio of two Poisson rates: exact where int_rate_ratios has the pair of counts, else of its logarithm. #}
{% macro rate_ratio(side, before) -%}
    case
        when interval_method != 'poisson' then null
        when least(value_sum, {{ before }}_value_sum) < 10 then {{ before }}_odds_{{ side }}
            * {{ double(before ~ '_denominator_sum') }} / {{ double('nullif(denominator_sum, 0)') }}
        else value / {{ before }}_value * exp({{ '-' if side == 'low' else '' }}{{ z() }}
            * sqrt(1 / {{ double('value_sum') }} + 1 / {{ double(before ~ '_value_sum') }}))
    end
{%- endmacro %}

{# up and down only if the limits exclude no change. #}
{% macro change_state(before) -%}
    case
        when not {{ before }}_is_compared then 'not_comparable'
        when {{ before }}_low > 0 or {{ before }}_ratio_low > 1 then 'up'
        when {{ before }}_high < 0 or {{ before }}_ratio_high < 1 then 'down'
        when interval_method = 'poisson' or {{ before }}_low is not null and {{ before }}_high is not null then 'no_clear_change'
        else 'not_tested'
    end
{%- endmacro %}
