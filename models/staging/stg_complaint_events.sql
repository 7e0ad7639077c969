-- one row per event of a complaint: its latest version known at as_of
{{ latest_version('complaint_events') }}
