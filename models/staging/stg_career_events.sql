-- one row per step in a career: its latest version known at as_of
{{ latest_version('career_events') }}
