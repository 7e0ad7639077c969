{# P(X <= k) of a binomial (n, p), k under 10: its terms one after another. #}
{% macro binomial_cdf(k, n, p) -%}
    power(1 - {{ p }}, {{ n }}) * (
        {%- for j in range(0, 10) -%}
            (case when {{ k }} >= {{ j }} then 1 else 0 end
            {%- if not loop.last %} + {{ double(n ~ ' - ' ~ j) }} / {{ j + 1 }} * {{ p }} / (1 - {{ p }}) * {% endif -%}
        {%- endfor -%}
        {{ '))))))))))' }})
{%- endmacro %}

{#
    A step of Newton's method to a Clopper-Pearson limit of a share: for `low`, P(X <= k - 1) = 0.975; for `high`,
    P(X <= k) = 0.025. The slope of that tail in p is -(n - m) * C(n, m) * p^m * (1 - p)^(n - m - 1).
#}
{% macro newton_step(side, m) -%}
    {%- set p = side -%}
    {%- set goal = '0.975' if side == 'low' else '0.025' -%}
    case
        when {{ 'k = 0' if side == 'low' else 'k = n' }} then {{ p }}
        else {{ p }} + ({{ binomial_cdf('(' ~ m ~ ')', 'n', p) }} - {{ goal }}) / (
            (n - ({{ m }})) / (1 - {{ p }}) * ({{ binomial_cdf('(' ~ m ~ ')', 'n', p) }} - {{ binomial_cdf('(' ~ m ~ ' - 1)', 'n', p) }}))
    end
{%- endmacro %}

{# Where Newton's method starts: Bol'shev's approximation of the binomial limits from the Poisson ones, kept below 1. #}
{% macro share_start(side) -%}
    {%- if side == 'low' -%}
        case when k > 0 then 2 * ({{ poisson_low('k') }}) / (2 * n - k + 1 + {{ poisson_low('k') }}) else 0 end
    {%- else -%}
        least(2 * {{ poisson_high('k') }} / (2 * n - k + {{ poisson_high('k') }}), 0.9)
    {%- endif -%}
{%- endmacro %}
