-- one row per contact: its latest version known at as_of
{{ latest_version('contacts') }}
