-- one row per column of an entity and thing that it names although none is known, of kinds that were delivered
-- Made anew at each build, so that what arrives later heals it.
{% set references = {
    'agent_time': {'employee_id': 'employees'},
    'career_events': {'employee_id': 'employees'},
    'complaint_events': {'complaint_id': 'complaints', 'employee_id': 'employees', 'org_unit_id': 'org_units'},
    'complaints': {
        'org_unit_id': 'org_units', 'customer_id': 'customers', 'contact_id': 'contacts',
        'response_id': 'survey_responses', 'vendor_id': 'vendors', 'first_owner_id': 'employees',
    },
    'contacts': {
        'customer_id': 'customers', 'org_unit_id': 'org_units',
        'employee_id': 'employees', 'complaint_id': 'complaints',
    },
    'corrective_actions': {'org_unit_id': 'org_units', 'owner_id': 'employees', 'vendor_id': 'vendors'},
    'costs': {'org_unit_id': 'org_units', 'vendor_id': 'vendors'},
    'customers': {'org_unit_id': 'org_units'},
    'employee_voices': {'org_unit_id': 'org_units'},
    'employees': {'org_unit_id': 'org_units', 'manager_id': 'employees'},
    'inspection_items': {'inspection_id': 'inspections'},
    'inspections': {
        'org_unit_id': 'org_units', 'employee_id': 'employees', 'contact_id': 'contacts',
        'inspector_id': 'employees', 'vendor_id': 'vendors',
    },
    'org_events': {'org_unit_id': 'org_units'},
    'org_units': {'parent_org_unit_id': 'org_units', 'vendor_id': 'vendors'},
    'purchases': {'customer_id': 'customers', 'org_unit_id': 'org_units', 'referred_by_customer_id': 'customers'},
    'recognitions': {'employee_id': 'employees'},
    'reported_figures': {'org_unit_id': 'org_units'},
    'shifts': {'employee_id': 'employees'},
    'survey_invitations': {
        'customer_id': 'customers', 'org_unit_id': 'org_units',
        'contact_id': 'contacts', 'complaint_id': 'complaints',
    },
    'survey_responses': {
        'invitation_id': 'survey_invitations', 'customer_id': 'customers', 'org_unit_id': 'org_units',
        'employee_id': 'employees', 'contact_id': 'contacts', 'complaint_id': 'complaints',
    },
    'trainings': {'employee_id': 'employees'},
    'unit_volumes': {'org_unit_id': 'org_units'},
    'work_time': {'employee_id': 'employees'},
} %}
{% set keys = {
    'complaints': 'complaint_id', 'contacts': 'contact_id', 'customers': 'customer_id', 'employees': 'employee_id',
    'inspections': 'inspection_id', 'org_units': 'org_unit_id', 'survey_invitations': 'invitation_id',
    'survey_responses': 'response_id', 'vendors': 'vendor_id',
} %}
{% for entity, columns in references.items() %}
{% set outer_loop = loop %}
{% for column, target in columns.items() %}
select
    '{{ entity }}' as entity,
    '{{ column }}' as column_name,
    '{{ target }}' as refers_to,
    cast(named.{{ column }} as {{ dbt.type_string() }}) as missing_key,
    cast(count(*) as bigint) as row_count
from {{ ref('stg_' ~ entity) }} as named
left join (select distinct {{ keys[target] }} as known_key from {{ ref('stg_' ~ target) }}) as known
    on named.{{ column }} = known.known_key
where
    named.{{ column }} is not null
    and known.known_key is null
    and exists (select 1 from {{ ref('stg_' ~ target) }})
group by named.{{ column }}
{{ 'union all' if not (loop.last and outer_loop.last) }}
{% endfor %}
{% endfor %}
