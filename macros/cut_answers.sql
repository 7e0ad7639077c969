{#
    The answers of a fact that count for a measure of the catalogue, once per measure and slice that it lists, with the named
    columns and the keys of their parts: for what cannot be had from sums (distinct persons, versions of questionnaires).
    Measures of the same base are counted once. Reads the CTEs `answers` (with path_id and the keys of `dates`) and `wanted`
    (measure, slices), of which the measure is that of the base.
#}
{% macro cut_answers(fact, columns) %}
    {%- set item_groups = ref('stg_survey_item_groups') if fact == 'fct_survey_answers' %}
    {%- for measure in measures(fact) if measure.get('base', measure.name) == measure.name %}
    {%- for slice, column in slices(fact).items() if has_cut(measure, slice) %}
    select
        '{{ measure.name }}' as measure, '{{ slice }}' as slice, coalesce({{ column }}, 'unknown') as slice_value,
        {{ columns | join(', ') }}, is_pooled, wave_key, day_key, week_key, month_key, path_id
    from answers
    {{ item_groups_of(slice, 'answers', item_groups) }}
    where {{ measure.name }} is not null and exists (
        select 1 from wanted where wanted.measure = '{{ measure.name }}' and {{ lists('wanted.slices', "'" ~ slice ~ "'") }}
    )
    union all
    {%- endfor %}
    {%- endfor %}
    select
        null as measure, null as slice, null as slice_value,
        {% for column in columns %}null as {{ column }}, {% endfor %}
        null as is_pooled, null as wave_key, null as day_key, null as week_key, null as month_key, null as path_id
    where false
{% endmacro %}
