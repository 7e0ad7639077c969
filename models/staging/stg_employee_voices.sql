-- one row per voice of an employee: its latest version known at as_of
{{ latest_version('employee_voices') }}
