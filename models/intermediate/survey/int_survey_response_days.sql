-- one row per local day, pool, wave, unit, slice and slice value: exact sums of every measure of survey responses
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('survey') }}"
) }}
{{ sums_by_day('fct_survey_responses', keys=['is_pooled', 'wave_key'], is_weighted=true, touched_by='survey') }}
