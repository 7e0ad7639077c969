-- one row per local day, pool, wave, unit, slice and slice value: exact sums of every measure of invitations to surveys
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('invitation') }}"
) }}
{{ sums_by_day('fct_survey_invitations', keys=['is_pooled', 'wave_key'], touched_by='invitation') }}
