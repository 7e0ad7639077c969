-- one row per corrective action: its latest version known at as_of
{{ latest_version('corrective_actions') }}
