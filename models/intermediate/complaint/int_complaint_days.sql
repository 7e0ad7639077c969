-- one row per day, unit, slice and slice value: exact sums of every measure of complaints
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('complaint') }}"
) }}
{{ sums_by_day('fct_complaints', touched_by='complaint') }}
