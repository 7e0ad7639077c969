-- one row per complaint or other case: its latest version known at as_of
{{ latest_version('complaints') }}
