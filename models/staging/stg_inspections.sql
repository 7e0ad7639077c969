-- one row per inspection: its latest version known at as_of
{{ latest_version('inspections') }}
