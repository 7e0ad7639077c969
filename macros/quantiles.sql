{#
    Quantile functions that SQL lacks, as polynomials fitted by benchmarks/fit_quantiles.py: plain arithmetic, so the same on
    every engine. tests/python/test_quantile_functions.py holds them against scipy: relative error under 1e-9.
#}

{# The 97.5% quantile of Student's t for df >= 1 (fractions too), from 1/df as a column: log t is smooth in it. #}
{% macro t_quantile(inverse_df) -%}
    exp({{ polynomial(inverse_df, [
        0.672926097941, 1.21036465362, 0.707589813471, 0.151914839602, -0.228377146284, -0.129500537974, 0.497626029787,
        -1.21338424984, 2.47193905804, -3.44472436095, 3.21044644001, -2.00160946918, 0.809058995448, -0.192815477913,
        0.020635750254]) }})
{%- endmacro %}

{# Garwood limits of a Poisson count: gamma quantiles, whose cube root over the shape's is smooth in 1/sqrt(shape). #}
{% macro poisson_low(count) -%}
    case when {{ count }} > 0 then {{ count }} * power({{ polynomial('(1 / sqrt(' ~ double('nullif(' ~ count ~ ', 0)') ~ '))', [
        1.00000000001, -0.653321333806, -0.111110671656, 0.00507664070683, 0.0192507992932, 0.018265003434, 0.0279904881414,
        -0.052851573956, 0.182161558022, -0.3945528499, 0.59007975148, -0.616124242817, 0.398511069024, -0.140310854221,
        0.0205718114051]) }}, 3) else 0 end
{%- endmacro %}

{% macro poisson_high(count) -%}
    ({{ count }} + 1) * power({{ polynomial('(1 / sqrt(' ~ double(count ~ ' + 1') ~ '))', [
        1.0, 0.653321328281, -0.111111118033, -0.0050900288342, 0.0190284970423, -0.0203910873734, 0.014246558229,
        -0.00630905285957, 0.000563077871798, 0.00249463535469, -0.00212761983738, -7.32810896464e-05, 0.00108365094683,
        -0.000624849612378, 0.000118565428911]) }}, 3)
{%- endmacro %}

{#
    Rank of the order statistic that limits a quantile (rule 11), from the Cornish-Fisher expansion of the binomial with the
    lattice correction; right for every n from 300 to 1,000,000 at 0.5, 0.9 and 0.95. Smaller n: seeds/order_ranks.csv.
#}
{% macro order_rank(side) -%}
    {%- set z = 1.959963984540054 if side == 'high' else -1.959963984540054 -%}
    {%- set q, n = 'counted.quantile', double('counted.base_count') -%}
    {%- set variance = '(' ~ n ~ ' * ' ~ q ~ ' * (1 - ' ~ q ~ '))' -%}
    {%- set k2 = '(' ~ variance ~ ' - 1 / 12.0)' -%}
    {%- set a = '(' ~ variance ~ ' * (1 - 2 * ' ~ q ~ ') / power(' ~ k2 ~ ', 1.5))' -%}
    {%- set b = '((' ~ variance ~ ' * (1 - 6 * ' ~ q ~ ' * (1 - ' ~ q ~ ')) + 1 / 120.0) / power(' ~ k2 ~ ', 2))' -%}
    {%- set c = '(' ~ variance ~ ' * (1 - 2 * ' ~ q ~ ') * (1 - 12 * ' ~ q ~ ' * (1 - ' ~ q ~ ')) / power(' ~ k2 ~ ', 2.5))' -%}
    ceil({{ n }} * {{ q }} - 0.5 + sqrt({{ k2 }}) * (
        {{ z }} + {{ (z ** 2 - 1) / 6 }} * {{ a }} + {{ (z ** 3 - 3 * z) / 24 }} * {{ b }}
        - {{ (2 * z ** 3 - 5 * z) / 36 }} * {{ a }} * {{ a }} + {{ (z ** 4 - 6 * z ** 2 + 3) / 120 }} * {{ c }}
        - {{ (z ** 4 - 5 * z ** 2 + 2) / 24 }} * {{ a }} * {{ b }} + {{ (12 * z ** 4 - 53 * z ** 2 + 17) / 324 }} * power({{ a }}, 3)
    )){% if side == 'high' %} + 1{% endif %}
{%- endmacro %}

{# P of a chi-square of one degree of freedom above x: the two-sided tail of a normal z = sqrt(x). Beyond 1,400 no float holds it. #}
{% macro chi_square_tail(x) -%}
    {%- set u = '(1 / (1 + 0.3 * sqrt(' ~ x ~ ')))' -%}
    {{ u }} * exp({{ polynomial(u, [
        -1.42976415694, 0.999999980976, 0.410001761808, 0.153270296927, 0.00141130430178, -0.0916962385068, -0.000512438582589,
        -0.470113390159, 1.41480149485, -3.12923589517, 5.11141166595, -5.26393557723, 3.22068511789, -1.08070452929,
        0.154380603272]) }} - least({{ x }}, 1400) / 2)
{%- endmacro %}
