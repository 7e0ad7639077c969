-- one row per month, path of units, dimension of causes and value of it: complaints, upheld and recurred ones
with complaints as (
    select
        complaints.*,
        'all' as unit,
        dates.month_key,
        coalesce(paths.path_id, 'unknown') as path_id,
        recurrences.recurred,
        {{ flag('complaints.upheld',
            'coalesce(complaints.in_scope, true) and not coalesce(complaints.is_withdrawn, false)') }} as is_upheld
    from {{ ref('fct_complaints') }} as complaints
    inner join {{ ref('dates') }} as dates on complaints.date_day = dates.date_day
    left join {{ ref('int_complaint_recurrences') }} as recurrences
        on complaints.complaint_id = recurrences.complaint_id
    left join {{ ref('int_org_unit_paths') }} as paths
        on complaints.org_unit_id = paths.org_unit_id and paths.ancestor_id = 'all'
        and complaints.date_day >= paths.valid_from and complaints.date_day < paths.valid_to
    where complaints.complaints = 1
)

{% for dimension in ['category', 'root_cause', 'unit', 'vendor', 'touchpoint'] %}
select
    month_key, path_id, '{{ dimension }}' as dimension, coalesce({{ dimension }}, 'unknown') as dimension_value,
    count(*) as complaints, count(is_upheld) as assessed, sum(is_upheld) as upheld,
    count(recurred) as observed,
    sum(recurred) as recurred
from complaints
group by month_key, path_id, {{ dimension }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
