-- one row per figure that somebody else reports: its latest version known at as_of
{{ latest_version('reported_figures') }}
