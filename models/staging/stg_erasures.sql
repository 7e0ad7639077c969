-- one row per request to be forgotten: its latest version known at as_of
{{ latest_version('erasures') }}
