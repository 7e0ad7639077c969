-- one row per local day, pool, wave, unit, slice and slice value: exact sums of every measure of the recovery queue
{{ sums_by_day('recovery_queue', keys=['is_pooled', 'wave_key'], is_weighted=true) }}
