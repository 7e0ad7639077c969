-- one row per customer and extract: its latest version known at as_of
{{ latest_version('customers') }}
