-- one row per invitation: its latest version known at as_of
{{ latest_version('survey_invitations') }}
