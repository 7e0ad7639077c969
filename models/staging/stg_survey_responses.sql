-- one row per response: its latest version known at as_of
{{ latest_version('survey_responses') }}
