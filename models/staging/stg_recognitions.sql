-- one row per recognition: its latest version known at as_of
{{ latest_version('recognitions') }}
