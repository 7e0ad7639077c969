-- one row per stretch of an agent: its latest version known at as_of
{{ latest_version('agent_time') }}
