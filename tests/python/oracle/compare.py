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
import pandas as pd

from .cells import Key
from .rows import COLUMNS, Record

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
    expected_rows, found_rows = _by_key(expected), _by_key(found)
    result = [
        Difference(key, "row", "one row", f"{count} rows")
        for key, count in Counter(_keys(found)).items()
        if count > 1
    ]
    for key in sorted(expected_rows.keys() | found_rows.keys()):
        if key not in found_rows:
            result.append(Difference(key, "row", _summary(expected_rows[key]), "no row"))
        elif key not in expected_rows:
            result.append(Difference(key, "row", "no row", _summary(found_rows[key])))
        else:
            for column in COLUMNS:
                left, right = expected_rows[key][column], found_rows[key][column]
                scale = _scale(column, expected_rows[key])
                if column not in ignored and not same(column, left, right, scale):
                    result.append(Difference(key, column, _plain(left), _plain(right)))
    return result


def _keys(frame: pd.DataFrame) -> list[Key]:
    return [Key(*map(str, row)) for row in frame[list(Key._fields)].itertuples(index=False)]


def _by_key(frame: pd.DataFrame) -> dict[Key, Record]:
    # to_dict would turn a None into NaN in numeric columns, but _plain undoes that.
    return dict(zip(_keys(frame), frame.to_dict("records"), strict=True))


def _summary(row: Record) -> str:
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


def _scale(column: str, row: Record) -> float:
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
