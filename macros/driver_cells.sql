{# In which strip of eight a variable lies. #}
{% macro driver_strip(variable) -%}
    cast(({{ variable }} - mod({{ variable }}, 8)) / 8 as integer)
{%- endmacro %}

{# The stretch of a unit's life in which a respondent answered; a unit that nobody knows has none. #}
{% macro driver_leaves() %}
    select strips.*, coalesce(paths.path_id, 'unknown') as path_id
    from {{ ref('int_driver_strips') }} as strips
    left join {{ ref('int_org_unit_paths') }} as paths
        on strips.org_unit_id = paths.org_unit_id
        and paths.ancestor_id = 'all'
        and strips.date_day >= paths.valid_from and strips.date_day < paths.valid_to
{% endmacro %}

{# Rows by path, tier, segment and channel, once for every cell that they lie in: units, and the slices of the whole. #}
{% macro driver_cells(leaves, columns) %}
    {%- set columns = columns | join(', ') %}
    select leaves.survey_id, leaves.outcome, paths.ancestor_id as org_unit_id, 'all' as slice, 'all' as slice_value, {{ columns }}
    from {{ leaves }} as leaves
    inner join {{ ref('int_org_unit_paths') }} as paths on leaves.path_id = paths.path_id
    {%- for slice in ['tier', 'segment', 'channel'] %}
    union all
    select survey_id, outcome, 'all' as org_unit_id, '{{ slice }}' as slice, {{ slice }} as slice_value, {{ columns }}
    from {{ leaves }}
    {%- endfor %}
{% endmacro %}
