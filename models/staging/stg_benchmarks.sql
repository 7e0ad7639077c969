-- one row per metric, industry and period: its latest version known at as_of
{{ latest_version('benchmarks') }}
