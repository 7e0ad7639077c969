-- one row per period and group of agents (a job role, or all): their share, how far they differ beyond chance
with agents as (
    {% for peer_group in ["'all'", 'job_role'] %}
    select
        period_type, period_key, {{ peer_group }} as peer_group,
        base_count, top2_count,
        cast({{ double('top2_count') }} * top2_count / base_count as decimal(38, 12)) as agreed
    from {{ ref('int_agent_sums') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

added as (
    select
        period_type, period_key, peer_group,
        count(*) as agent_count,
        {{ double('sum(base_count)') }} as answers,
        {{ double('sum(base_count * base_count)') }} as squared_answers,
        {{ double('sum(top2_count)') }} as satisfied,
        {{ double('sum(agreed)') }} as agreed
    from agents
    group by period_type, period_key, peer_group
),

shares as (
    select
        *,
        satisfied / answers as mean,
        satisfied / answers * (1 - satisfied / answers) as mean_variance,
        agreed - satisfied * satisfied / answers as spread,
        answers - squared_answers / answers - (agent_count - 1) as spare_answers
    from added
),

-- The correlation within agents of a beta-binomial, by the method of moments (Kleinman 1973): the spread that chance
-- alone would make is taken off; no more spread than that is none.
moments as (
    select
        *,
        case
            when mean_variance * spare_answers > 0
                then least(greatest(
                    (spread - mean_variance * (agent_count - 1)) / (mean_variance * spare_answers), 0
                ), 1)
            else 0
        end as correlation
    from shares
)

select
    period_type, period_key, peer_group, agent_count, mean, mean_variance, correlation,
    mean_variance * (answers + correlation * (squared_answers - answers)) / (answers * answers) as mean_error2
from moments
