-- Names and meanings of metrics, and labels, that are not filled in one of the three languages.
-- A report in that language would show a gap where its reader looks for the name.
-- Rows name the metric or label and the column of seeds/metrics.csv or seeds/labels.csv to fill.
{% set columns = ['name_en', 'name_zh_hans', 'name_zh_hant', 'meaning_en', 'meaning_zh_hans', 'meaning_zh_hant'] %}
{% set label_columns = ['label_en', 'label_zh_hans', 'label_zh_hant'] %}
{% for column in columns %}
select
    metric_id as word,
    '{{ column }}' as empty_column
from {{ ref('metrics') }}
where trim(coalesce({{ column }}, '')) = ''
union all
{% endfor %}
{% for column in label_columns %}
select
    concat(kind, ' ', code) as word,
    '{{ column }}' as empty_column
from {{ ref('labels') }}
where trim(coalesce({{ column }}, '')) = ''
{% if not loop.last %}union all{% endif %}
{% endfor %}
