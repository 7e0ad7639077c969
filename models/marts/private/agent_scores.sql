-- one row per year, and last twelve months, and employee whom customers judged: the satisfied share, shrunken to the peers'
-- A share of few answers is mostly chance: no rank is given, and none may be made of it.
{% set minimum_agents = 10 %}
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
)

select
    compared.period_type,
    compared.period_key,
    compared.person_key,
    compared.org_unit_id,
    compared.job_role,
    compared.peer_group,
    compared.agent_count as peer_count,
    compared.base_count,
    100 * compared.share as top2_share,
    100 * compared.mean as peer_mean,
    100 * limited.shrunken_share as shrunken_share,
    100 * greatest(limited.shrunken_share - limited.half_width, 0) as ci_low,
    100 * least(limited.shrunken_share + limited.half_width, 1) as ci_high,
    limited.reliability,
    {% for name, z in {'95': z(), '998': '3.090232306167813'}.items() -%}
    100 * greatest(limited.mean - {{ z }} * limited.chance, 0) as funnel_low_{{ name }},
    100 * least(limited.mean + {{ z }} * limited.chance, 1) as funnel_high_{{ name }},
    {% endfor -%}
    case
        when limited.share > limited.mean + 3.090232306167813 * limited.chance then 'above_998'
        when limited.share < limited.mean - 3.090232306167813 * limited.chance then 'below_998'
        when limited.share > limited.mean + {{ z() }} * limited.chance then 'above_95'
        when limited.share < limited.mean - {{ z() }} * limited.chance then 'below_95'
        when limited.share is not null then 'inside'
    end as funnel_state,
    case
        when limited.person_key is null then 'few_peers'
        when compared.base_count < {{ var('low_base') }} then 'low_base'
        else 'ok'
    end as state
from compared
left join limited
    on compared.period_type = limited.period_type
    and compared.period_key = limited.period_key
    and compared.person_key = limited.person_key
