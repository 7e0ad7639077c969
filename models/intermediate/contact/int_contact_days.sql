-- one row per day, unit, slice and slice value: exact sums of every measure of contacts
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('contact') }}"
) }}
{{ sums_by_day('fct_contacts', touched_by='contact') }}
