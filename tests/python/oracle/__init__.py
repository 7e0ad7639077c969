"""An independent computation of `metric_values`, written from the specification alone.

`world` writes random organisations as contract CSV files, `oracle` computes from those files the
rows that the warehouse must publish, and `compare` prints where a DuckDB table differs. Nothing
here reads a dbt model or macro: two programs that agree have to have read the same rules.

Readings
--------
Where neither the specification nor the project's written decisions say what happens, this package
takes the most natural reading. `readings.py` lists every one of them.
"""
