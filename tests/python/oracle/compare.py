"""Expected rows against a DuckDB table, every row and every column, with readable differences."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from .cells import Key
from .rows import COLUMNS

EXACT_COUNTS = {"base_count", "person_count", "definition_version"}
SUMS = {
    "factor", "value_sum", "denominator_sum", "value_sum_squares", "weight_sum",
    "weight_sum_squares", "weight2_value_sum", "weight2_value_sum_squares", "effective_base",
    "value", "previous_value", "change", "year_ago_value", "year_ago_change", "target",
}  # fmt: skip
ERRORS = {
    "std_error", "ci_low", "ci_high", "change_low", "change_high", "year_ago_change_low",
    "year_ago_change_high",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One cell, or a whole row where `column` is `row`, that is not as expected."""

    key: Key
    column: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        place = " ".join(str(part) for part in self.key)
        return f"{place} | {self.column}: expected {self.expected!r}, found {self.found!r}"


def read_table(
    database: Path, table: str = "marts.metric_values", metrics: Iterable[str] = ()
) -> pd.DataFrame:
    """The published columns of a table, of the given metrics or of all."""
    with duckdb.connect(str(database), read_only=True) as connection:
        relation = connection.execute(f"select {', '.join(COLUMNS)} from {table}")
        rows = relation.fetchall()
    wanted = set(metrics)
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame[frame["metric_id"].isin(wanted)] if wanted else frame


def differences(
    expected: pd.DataFrame, found: pd.DataFrame, ignored: Container[str] = ()
) -> list[Difference]:
    """All differences, missing and surplus rows among them; empty where the tables agree.

    `ignored` leaves columns out, for a look at what else differs.
    """
    expected_keys, found_keys = _keys(expected), _keys(found)
    result = [
        Difference(key, "row", "one row", f"{count} rows")
        for key, count in Counter(found_keys).items()
        if count > 1
    ]
    wanted = {key: place for place, key in enumerate(expected_keys)}
    had = {key: place for place, key in enumerate(found_keys)}
    result += [
        Difference(key, "row", _summary(expected.iloc[wanted[key]]), "no row")
        for key in sorted(wanted.keys() - had.keys())
    ]
    result += [
        Difference(key, "row", "no row", _summary(found.iloc[had[key]]))
        for key in sorted(had.keys() - wanted.keys())
    ]
    shared = sorted(wanted.keys() & had.keys())
    left = expected.iloc[[wanted[key] for key in shared]]
    right = found.iloc[[had[key] for key in shared]]
    for column in COLUMNS:
        if column in ignored:
            continue
        # Nearly all values are alike at first sight; the others are looked at one by one.
        for place in _not_alike(column, left[column], right[column]):
            one, other = left[column].iloc[place], right[column].iloc[place]
            if not same(column, one, other, _scale(column, left.iloc[place])):
                result.append(Difference(shared[place], column, _plain(one), _plain(other)))
    return result


def _not_alike(column: str, left: pd.Series[Any], right: pd.Series[Any]) -> list[int]:
    """Places where two columns are neither both missing nor as good as equal."""
    if column in EXACT_COUNTS | SUMS | ERRORS:
        one, other = _floats(left), _floats(right)
        alike = np.isclose(one, other, rtol=1e-9, atol=0, equal_nan=True)
        return [int(place) for place in np.flatnonzero(~alike)]
    pairs = enumerate(zip(left, right, strict=True))
    return [n for n, (one, other) in pairs if not (one is other or one == other)]


def _floats(values: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(values.tolist(), dtype=np.float64)  # None becomes nan


def _keys(frame: pd.DataFrame) -> list[Key]:
    return [Key(*map(str, row)) for row in frame[list(Key._fields)].itertuples(index=False)]


def _summary(row: pd.Series[Any]) -> str:
    parts = ("base_count", "value_sum", "denominator_sum", "value", "state")
    return ", ".join(f"{name}={_plain(row[name])!r}" for name in parts)


def _plain(value: Any) -> Any:
    """Python's own kinds: floats for numbers, dates without times, None for what is missing."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return float(value)


def _scale(column: str, row: pd.Series[Any]) -> float:
    """Size of what a limit of a change is computed from: it is a difference, perhaps a small one."""
    if column not in {"change_low", "change_high", "year_ago_change_low", "year_ago_change_high"}:
        return 0.0
    before = row["year_ago_value" if column.startswith("year_ago") else "previous_value"]
    return abs(float(_plain(before) or 0.0))


def same(column: str, expected: Any, found: Any, scale: float = 0.0) -> bool:
    """Equality within what exact sums and double arithmetic allow."""
    left, right = _plain(expected), _plain(found)
    if left is None or right is None or isinstance(left, (bool, str, date)):
        return bool(left == right) and type(left) is type(right)
    if not isinstance(right, float):
        return False
    if column in EXACT_COUNTS:
        return bool(left == right)
    if column in SUMS:
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    if column in ERRORS:
        return math.isclose(left, right, rel_tol=1e-6, abs_tol=2e-6 + 1e-6 * scale)
    return bool(left == right)


def report(found: list[Difference], examples: int = 8) -> str:
    """Differences by metric and column, most frequent first, a few examples of each."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for one in found:
        column = one.column
        if column == "row":
            column = "missing row" if one.found == "no row" else "surplus row"
        groups.setdefault((one.key.metric_id, column), []).append(one)
    lines = [f"{len(found)} differences in {len({one.key for one in found})} rows"]
    for (metric_id, column), members in sorted(groups.items(), key=lambda item: -len(item[1])):
        types = Counter(f"{one.key.period_type}/{one.key.slice}" for one in members)
        where = ", ".join(f"{name} x{count}" for name, count in types.most_common(6))
        lines.append(f"\n{metric_id} {column}: {len(members)} ({where})")
        lines += [f"  {one}" for one in members[:examples]]
    return "\n".join(lines)
