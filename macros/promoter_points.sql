{# +100 for a promoter, -100 for a detractor: only a recommendation asked from 0 to 10 makes a net promoter score. #}
{% macro promoter_points() -%}
    cast(case
        when construct = 'recommend' and scale = 'nps11' then
            case when answer_code >= 9 then 100 when answer_code <= 6 then -100 when answer_code is not null then 0 end
    end as decimal(18, 6))
{%- endmacro %}
