-- one row per question of a survey: its latest version known at as_of
{{ latest_version('survey_items') }}
