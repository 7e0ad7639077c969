-- one row per year, and last twelve months, and employee whom customers judged: satisfied share, shrunken to the peers'
-- A share of few answers is mostly chance: no rank is given, and none may be made of it.
{% set minimum_agents = 10 %}
{% set z_by_limit = {'95': z(), '998': '3.090232306167813'} %}
with placed as (
    select
        agents.*,
        {{ double('agents.base_count') }} as n,
        {{ double('agents.top2_count') }} / agents.base_count as share,
        roles.agent_count >= {{ minimum_agents }} as has_role_peers
    from {{ ref('int_agent_sums') }} as agents
    inner join {{ ref('int_agent_peers') }} as roles
        on agents.period_type = roles.period_type
        and agents.period_key = roles.period_key
        and agents.job_role = roles.peer_group
),

compared as (
    select
        placed.*,
        peers.peer_group, peers.agent_count, peers.mean, peers.mean_variance, peers.mean_error2,
        placed.n * peers.correlation / (1 - peers.correlation + placed.n * peers.correlation) as reliability,
        -- Sampling variance of a share within an agent.
        peers.mean_variance * (1 - peers.correlation) / placed.n as own_error2
    from placed
    inner join {{ ref('int_agent_peers') }} as peers
        on placed.period_type = peers.period_type
        and placed.period_key = peers.period_key
        and peers.peer_group = case when placed.has_role_peers then placed.job_role else 'all' end
),

-- Morris (1983): the interval also bears that the peers' mean and spread are estimates.
shrunken as (
    select
        *,
        mean + reliability * (share - mean) as shrunken_share,
        (1 - reliability) * (agent_count - 3) / (agent_count - 1.0) as shrinkage,
        sqrt(mean_variance / n) as chance
    from compared
    where agent_count >= {{ minimum_agents }}
),

limited as (
    select
        *,
        {{ z() }} * sqrt(
            own_error2 * (1 - shrinkage) + shrinkage * shrinkage * mean_error2
            + 2 / (agent_count - 3.0) * shrinkage * shrinkage * (share - mean) * (share - mean)
        ) as half_width
    from shrunken
),

shown as (
    select
        *,
        greatest(shrunken_share - half_width, 0) as ci_low,
        least(shrunken_share + half_width, 1) as ci_high,
        {% for name, z in z_by_limit.items() -%}
        greatest(mean - {{ z }} * chance, 0) as funnel_low_{{ name }},
        least(mean + {{ z }} * chance, 1) as funnel_high_{{ name }},
        {% endfor -%}
        case
            {% for name, z in z_by_limit | dictsort(reverse=true) -%}
            when share > mean + {{ z }} * chance then 'above_{{ name }}'
            when share < mean - {{ z }} * chance then 'below_{{ name }}'
            {% endfor -%}
            else 'inside'
        end as funnel_state
    from limited
)

select
    compared.period_type, compared.period_key, compared.person_key, compared.org_unit_id, compared.job_role,
    compared.peer_group,
    compared.agent_count as peer_count,
    compared.base_count,
    100 * compared.share as top2_share,
    100 * compared.mean as peer_mean,
    100 * shown.shrunken_share as shrunken_share,
    100 * shown.ci_low as ci_low,
    100 * shown.ci_high as ci_high,
    shown.reliability,
    {% for name in z_by_limit -%}
    100 * shown.funnel_low_{{ name }} as funnel_low_{{ name }},
    100 * shown.funnel_high_{{ name }} as funnel_high_{{ name }},
    {% endfor -%}
    shown.funnel_state, case
        when shown.person_key is null then 'few_peers'
        when compared.base_count < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from compared
left join shown
    on compared.period_type = shown.period_type
    and compared.period_key = shown.period_key
    and compared.person_key = shown.person_key
