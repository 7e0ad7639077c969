-- one row per month or wave and period that it is part of, all time among them
{{ config(materialized='view') }}
select part_type, part_key, period_type, period_key
from {{ ref('int_period_parts') }}
where part_type in ('month', 'wave') and period_type in ('month', 'quarter', 'half', 'year', 'wave')
union all
select 'month', period_key, 'all', 'all' from {{ ref('periods') }} where period_type = 'month'
