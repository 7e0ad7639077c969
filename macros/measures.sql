{# The facts that a metric may be of. #}
{% macro facts() %}
    {{ return([
        'fct_contacts', 'fct_complaints', 'fct_complaint_milestones', 'fct_complaint_recoveries', 'fct_survey_answers', 'fct_survey_responses',
        'fct_survey_invitations', 'recovery_queue', 'fct_employee_answers', 'fct_employee_months', 'fct_customer_months',
        'fct_corrective_actions', 'fct_inspections', 'fct_inspected_contacts'
    ]) }}
{% endmacro %}

{# Measures that no rows of a fact add up to, with what they may be cut by: of stocks, of pairs of periods, of days of presence. #}
{% macro counted_measures() %}
    {%- set staff = slices('fct_employee_months').keys() | list -%}
    {{ return([
        {'fact': 'fct_purchases', 'name': 'bought_again', 'is_flag': true, 'slices': ['all']},
        {'fact': 'complaint_backlog_days', 'name': 'open_complaints', 'is_flag': false, 'slices': ['all']},
        {'fact': 'complaint_backlog_days', 'name': 'open_over_14d', 'is_flag': true, 'slices': ['all']},
        {'fact': 'fct_complaints', 'name': 'resolution_time', 'is_flag': false, 'slices': ['all', 'category', 'severity']},
        {'fact': 'fct_contacts', 'name': 'customers', 'is_flag': false, 'slices': ['all', 'tier']},
        {'fact': 'unit_volumes', 'name': 'subscribers', 'is_flag': false, 'slices': ['all']},
        {'fact': 'unit_volumes', 'name': 'households', 'is_flag': false, 'slices': ['all']},
        {'fact': 'fct_employee_months', 'name': 'headcount', 'is_flag': false, 'slices': staff},
        {'fact': 'fct_employee_months', 'name': 'person_years', 'is_flag': false, 'slices': staff},
    ]) }}
{% endmacro %}

{#
    Measure columns of a fact, as its YAML types them: smallint is a 0/1 measure, decimal(18, 6) any other number. Of its meta, `cuts` names the slices that
    it may be cut by where these are not all of the fact's, and `same_base_as` another measure that is known for the very same rows.
#}
{% macro measures(fact) %}
    {%- set found = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) | selectattr('name', 'equalto', fact) -%}
        {%- for column in node.columns.values() if column.data_type in ['smallint', 'decimal(18, 6)'] -%}
            {%- if not column.config.meta.get('not_a_measure') -%}
                {%- do found.append({
                    'name': column.name, 'is_flag': column.data_type == 'smallint',
                    'cuts': column.config.meta.get('cuts'), 'base': column.config.meta.get('same_base_as', column.name)
                }) -%}
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

{# An empty sum column, of the type that the full ones have. #}
{% macro no_sum(column, measure) -%}
    cast(null as {{ 'bigint' if column.endswith('n') or measure.is_flag and column.endswith('__x') else 'decimal(38, 6)' if column.endswith('__x') else 'decimal(38, 12)' }})
{%- endmacro %}

{# What a cut by groupings of questions needs beside the fact; nothing for any other cut. #}
{% macro item_groups_of(slice, rows, item_groups) -%}
    {%- if slice == 'item_group' -%}
    inner join {{ item_groups }} as item_groups
        on {{ rows }}.survey_id = item_groups.survey_id and {{ rows }}.item_code = item_groups.item_code
    {%- endif -%}
{%- endmacro %}

{# True if a measure may be cut by a slice. #}
{% macro has_cut(measure, slice) -%}
    {{ return(slice == 'all' or not measure.get('cuts') or slice in measure.get('cuts')) }}
{%- endmacro %}

{# Measures of a fact in groups of the same cuts, so that each is added up over the rows that it is in: cuts -> measures. #}
{% macro measure_groups(fact) -%}
    {%- set groups = {} -%}
    {%- for measure in measures(fact) -%}
        {%- do groups.setdefault((measure.get('cuts') or []) | join(' '), []).append(measure) -%}
    {%- endfor -%}
    {{ return(groups) }}
{%- endmacro %}

{# The measure whose base a measure of the fact shares: itself as a rule. #}
{% macro base_of(measure, fact) -%}
    {%- set shared = measures(fact) | rejectattr('base', 'undefined') | list -%}
    {%- if shared -%}
    case {{ measure }}{% for its in shared %} when '{{ its.name }}' then '{{ its.base }}'{% endfor %} else {{ measure }} end
    {%- else -%}
    {{ measure }}
    {%- endif -%}
{%- endmacro %}

{# What was found for a base, again for the measures that share it; `columns` are those beside fact and measure. #}
{% macro for_measures_of_a_base(found, facts, columns) -%}
    select fact, measure, {{ columns }} from {{ found }}
    {%- for fact in facts %}
    {%- for measure in measures(fact) if measure.get('base', measure.name) != measure.name %}
    union all
    select fact, '{{ measure.name }}', {{ columns }} from {{ found }} where fact = '{{ fact }}' and measure = '{{ measure.base }}'
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
