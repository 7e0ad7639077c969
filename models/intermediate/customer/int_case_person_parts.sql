-- one row per fact (contacts, complaints), slice, slice value, month, path and customer whose row it was
{% set counted = {
    'fct_contacts': ('fct_contacts', "person_key is not null and outcome != 'not_a_contact'"),
    'fct_complaints': ('int_complaint_cases', 'person_key is not null and is_complaint'),
} %}
{% for fact, (rows, condition) in counted.items() %}
(
    with cases as (
        select * from {{ ref(rows) }} where {{ condition }}
    ),

    persons as (
        select person_key, row_number() over (order by person_key) as person_number
        from (select distinct person_key from cases) as keys
    ),

    placed as (
        select
            coalesce(cases.tier, 'unknown') as tier, dates.month_key, coalesce(paths.path_id, 'unknown') as path_id,
            persons.person_number
        from cases
        inner join persons on cases.person_key = persons.person_key
        inner join {{ ref('dates') }} as dates on cases.date_day = dates.date_day
        left join {{ ref('int_org_unit_paths') }} as paths
            on cases.org_unit_id = paths.org_unit_id
            and paths.ancestor_id = 'all'
            and cases.date_day >= paths.valid_from and cases.date_day < paths.valid_to
    )

    {% for slice, column in {'all': "'all'", 'tier': 'tier'}.items() %}
    select
        '{{ fact }}' as fact, 'customers' as measure, '{{ slice }}' as slice, {{ column }} as slice_value,
        'month' as part_type, month_key as part_key, path_id, person_number, count(*) as answer_count
    from placed
    group by {% if slice != 'all' %}{{ column }}, {% endif %}month_key, path_id, person_number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)
{% if not loop.last %}union all{% endif %}
{% endfor %}
