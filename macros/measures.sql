{# The facts that a metric may be of. #}
{% macro facts() %}
    {{ return([
        'fct_contacts', 'fct_complaints', 'fct_survey_answers', 'fct_survey_responses', 'fct_survey_invitations', 'recovery_queue',
        'fct_employee_answers', 'fct_employee_months', 'fct_customer_months'
    ]) }}
{% endmacro %}

{# Measure columns of a fact, as its YAML types them: smallint is a 0/1 measure, decimal(18, 6) any other number. #}
{% macro measures(fact) %}
    {%- set found = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) | selectattr('name', 'equalto', fact) -%}
        {%- for column in node.columns.values() if column.data_type in ['smallint', 'decimal(18, 6)'] -%}
            {%- if not column.config.meta.get('not_a_measure') -%}
                {%- do found.append({'name': column.name, 'is_flag': column.data_type == 'smallint'}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{#
    Cuts of a fact: slice name -> column. A column is a cut if its YAML gives it `meta: {slice: <name>}`. A fact of answers whose own meta
    has `item_groups` is also cut by every grouping of its questions; a question may be in several, so these do not add up.
#}
{% macro slices(fact) %}
    {%- set found = {'all': "'all'"} -%}
    {%- for node in (graph.nodes.values() if execute else []) | selectattr('name', 'equalto', fact) -%}
        {%- for column in node.columns.values() if column.config.meta.get('slice') -%}
            {%- do found.update({column.config.meta.slice: column.name}) -%}
        {%- endfor -%}
        {%- if node.config.meta.get('item_groups') -%}
            {%- do found.update({'item_group': "concat(item_groups.grouping, ':', item_groups.item_group)"}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{# Names of the sum columns that daily and period sums carry for one measure. #}
{% macro sum_columns(measure, is_weighted) %}
    {%- set parts = ['n', 'x'] + ([] if measure.is_flag else ['xx']) -%}
    {%- if is_weighted -%}{%- set parts = parts + ['wn', 'w', 'ww', 'wx', 'wxx', 'wwx', 'wwxx'] -%}{%- endif -%}
    {%- set names = [] -%}
    {%- for part in parts -%}{%- do names.append(measure.name ~ '__' ~ part) -%}{%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{# What a cut by groupings of questions needs beside the fact; nothing for any other cut. #}
{% macro item_groups_of(slice, rows, item_groups) -%}
    {%- if slice == 'item_group' -%}
    inner join {{ item_groups }} as item_groups
        on {{ rows }}.survey_id = item_groups.survey_id and {{ rows }}.item_code = item_groups.item_code
    {%- endif -%}
{%- endmacro %}
