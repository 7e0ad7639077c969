-- one row per unit, month and measure: its latest version known at as_of
{{ latest_version('unit_volumes') }}
