-- one row per question and grouping: its latest version known at as_of
{{ latest_version('survey_item_groups') }}
