-- one row per purchase: its latest version known at as_of
{{ latest_version('purchases') }}
