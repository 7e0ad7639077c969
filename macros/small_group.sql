{# True where so few persons stand behind a figure that it is hidden (rule 16); of nobody there is nothing to hide. #}
{% macro is_small_group(person_count, privacy_class) -%}
    {{ person_count }} > 0 and {{ person_count }} < case {{ privacy_class }}
        when 'employee_survey' then {{ var('minimum_group').employee }}
        when 'operational' then 0
        else {{ var('minimum_group').customer }}
    end
{%- endmacro %}
