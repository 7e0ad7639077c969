-- one row per employee and extract: its latest version known at as_of
{{ latest_version('employees') }}
