"""Macros of the project rendered outside dbt, so that tests can hold them against other libraries."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import duckdb
import jinja2
import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
ARITHMETIC = ("double", "polynomial", "quantiles", "intervals", "binomial", "mean_error", "change")


def render(expression: str) -> str:
    """SQL of a Jinja expression over the project's arithmetic macros, for DuckDB."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    source = "".join((ROOT / "macros" / f"{name}.sql").read_text() for name in ARITHMETIC)
    template = environment.from_string(source + "{{ " + expression + " }}")
    return template.render(target=SimpleNamespace(type="duckdb")).strip()


def evaluate(expression: str, **columns: Sequence[float]) -> list[float]:
    """Values of a macro over columns of equal length, in their order."""
    given = pd.DataFrame(
        {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    )
    given["position"] = range(len(given))
    connection = duckdb.connect()
    connection.register("given", given)
    query = f"select position, {render(expression)} as answer from given order by position"
    return [row[1] for row in connection.execute(query).fetchall()]
