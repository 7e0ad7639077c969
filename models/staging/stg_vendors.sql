-- one row per vendor: its latest version known at as_of
{{ latest_version('vendors') }}
