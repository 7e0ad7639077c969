-- one row per unit, month and kind of cost: its latest version known at as_of
{{ latest_version('costs') }}
