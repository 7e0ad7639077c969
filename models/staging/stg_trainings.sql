-- one row per training completed: its latest version known at as_of
{{ latest_version('trainings') }}
