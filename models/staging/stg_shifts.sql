-- one row per planned activity of an employee: its latest version known at as_of
{{ latest_version('shifts') }}
