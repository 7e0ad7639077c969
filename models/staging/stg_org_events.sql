-- one row per event of the organisation: its latest version known at as_of
{{ latest_version('org_events') }}
