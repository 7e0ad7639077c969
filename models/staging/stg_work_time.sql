-- one row per employee and day: its latest version known at as_of
{{ latest_version('work_time') }}
