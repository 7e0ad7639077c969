-- Periods, slices, weightings, units and domains of the catalogue that seeds/labels.csv does not know.
-- Mostly the word is misspelt, and then the figures that it asked for are missing without notice.
-- Rows name the metric, the cell and how many of its words are known; spell them as in labels.csv, or add them there.
{% set kinds = {
    'periods': 'period_type', 'slices': 'slice', 'weightings': 'weighting', 'unit': 'unit', 'domain': 'domain'
} %}
{% for column, kind in kinds.items() %}
select
    metrics.metric_id,
    '{{ column }}' as cell,
    metrics.{{ column }} as words,
    count(labels.code) as known_count
from {{ ref('metrics') }} as metrics
left join {{ ref('labels') }} as labels
    on labels.kind = '{{ kind }}' and {{ lists('metrics.' ~ column, 'labels.code') }}
group by metrics.metric_id, metrics.{{ column }}
having
    count(labels.code)
    != coalesce(length(metrics.{{ column }}) - length(replace(metrics.{{ column }}, ' ', '')) + 1, 1)
{% if not loop.last %}union all{% endif %}
{% endfor %}
