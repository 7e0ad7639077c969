-- one row per day, pool, wave, unit, slice, measure of responses that has a quantile, and whole value: how often it occurred
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
{{ histogram_by_day('fct_survey_responses', 'survey', keys=['is_pooled', 'wave_key']) }}
