-- one row per unit and first day: its latest version known at as_of
{{ latest_version('org_units') }}
