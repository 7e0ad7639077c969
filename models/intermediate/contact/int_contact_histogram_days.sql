-- one row per day, unit, slice, measure of contacts that has a quantile, and whole value: how often it occurred
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_touched_days('contact') }}"
) }}
{{ histogram_by_day('fct_contacts', 'contact') }}
