-- one row per item of an inspection: its latest version known at as_of
{{ latest_version('inspection_items') }}
