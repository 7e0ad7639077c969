{# The order of events of one moment: handling goes before what ends a round, and a reopening is the last. #}
{% macro complaint_event_rank() -%}
    case event_type
        when 'acknowledged' then 2 when 'assigned' then 3 when 'handover_accepted' then 4
        when 'plan_told' then 5 when 'first_reply' then 6 when 'promised' then 7 when 'waiting_customer' then 8 when 'customer_replied' then 9
        when 'resolved' then 10 when 'result_told' then 11 when 'confirmed' then 12 when 'follow_up' then 13
        when 'second_follow_up' then 14 when 'withdrawn' then 15 when 'closed' then 16 when 'reopened' then 17
        else 1
    end
{%- endmacro %}
