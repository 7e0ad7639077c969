-- one row per survey: its latest version known at as_of
{{ latest_version('surveys') }}
