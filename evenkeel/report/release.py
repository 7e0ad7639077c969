"""Reads the published release: the only source of a report."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from evenkeel.errors import EvenkeelError
from evenkeel.home import Home
from evenkeel.report.language import Language
from evenkeel.report.model import ALL, Change, Loads, Metric, Period, Release, Unit, Value

# The monthly figures of whole units, unweighted: all that the first report shows.
MONTHLY = "period_type = 'month' and slice = 'all' and weighting = 'none'"


def open_release(home: Path) -> Release:
    """Resolve the current release once and read its manifest.

    Raises
    ------
    EvenkeelError
        If nothing was published yet, or the release is not readable.
    """
    current = Home(home).current
    folder = current.resolve()
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return Release(
            folder=folder,
            release_id=folder.name,
            as_of=date.fromisoformat(manifest["as_of"]),
            version=str(manifest["evenkeel"]),
            is_incomplete=bool(manifest["incomplete"]),
        )
    except FileNotFoundError as error:
        raise EvenkeelError(
            f"{current} leads to no release; run `evenkeel publish` first."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvenkeelError(
            f"{folder / 'manifest.json'} is not the manifest of a release ({error}); publish again."
        ) from error


@contextmanager
def connect(release: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the release's tables for reading only."""
    try:
        connection = duckdb.connect(str(release.database), read_only=True)
    except duckdb.Error as error:
        raise EvenkeelError(
            f"{release.database} cannot be opened ({error}); publish again."
        ) from error
    try:
        yield connection
    finally:
        connection.close()


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, *parameters: object
) -> list[tuple[Any, ...]]:
    return connection.execute(sql, list(parameters)).fetchall()


def last_complete_month(connection: duckdb.DuckDBPyConnection) -> Period | None:
    """Return the last complete month that has figures, or None if there is none."""
    found = _rows(
        connection,
        f"select period_key, period_start, period_end from metric_values "
        f"where {MONTHLY} and is_complete order by period_start desc limit 1",
    )
    return Period(*found[0]) if found else None


def reported_units(connection: duckdb.DuckDBPyConnection, period: Period) -> list[str]:
    """Return the units that have a figure in the month, the whole first."""
    rows = _rows(
        connection,
        f"select distinct org_unit_id from metric_values where {MONTHLY} and period_key = ? "
        f"order by org_unit_id <> ?, org_unit_id",
        period.key,
        ALL,
    )
    return [row[0] for row in rows]


def read_metrics(connection: duckdb.DuckDBPyConnection, language: Language) -> list[Metric]:
    """Return the catalogue in its own order, named in the language."""
    return [
        Metric(*row)
        for row in _rows(
            connection,
            f"select metric_id, definition_version::varchar, domain, method, unit, better, "
            f"coalesce(spec, ''), name_{language.column}, coalesce(meaning_{language.column}, '') "
            f"from metrics order by rowid",
        )
    ]


def read_labels(
    connection: duckdb.DuckDBPyConnection, language: Language
) -> dict[tuple[str, str], str]:
    """Return the labels of codes by (kind, code)."""
    rows = _rows(connection, f"select kind, code, label_{language.column} from labels")
    return {(kind, code): label for kind, code, label in rows if label}


def read_units(connection: duckdb.DuckDBPyConnection, period: Period) -> dict[str, Unit]:
    """Return every unit as on the last day of the period, else as last known before it."""
    rows = _rows(
        connection,
        """
        select org_unit_id, org_unit_name, org_level, parent_org_unit_id
        from org_units
        where org_unit_id <> ? and (valid_from is null or valid_from < ?)
        qualify row_number() over (
            partition by org_unit_id
            order by (valid_to is null or valid_to >= ?) desc, valid_from desc nulls last
        ) = 1
        order by org_unit_name, org_unit_id
        """,
        ALL,
        period.end,
        period.end,
    )
    return {row[0]: Unit(*row) for row in rows}


def read_values(
    connection: duckdb.DuckDBPyConnection, first: date, last: date
) -> dict[str, dict[tuple[str, date], Value]]:
    """Return the months that start from `first` to `last`: by unit, then (metric, month)."""
    rows = _rows(
        connection,
        f"""
        select
            metric_id, org_unit_id, period_start, base_count, value::double, ci_low::double,
            ci_high::double, state,
            change, change_low, change_high, change_state,
            year_ago_change, year_ago_change_low, year_ago_change_high, year_ago_change_state,
            target::double, target_state, data_through
        from metric_values
        where {MONTHLY} and period_start between ? and ?
        """,
        first,
        last,
    )
    found: dict[str, dict[tuple[str, date], Value]] = defaultdict(dict)
    for row in rows:
        metric_id, unit_id, start, base, value, low, high, state, *rest = row
        month, year = Change(*rest[:4]), Change(*rest[4:8])
        target, target_state, data_through = rest[8:]
        found[unit_id][metric_id, start] = Value(
            metric_id=metric_id,
            unit_id=unit_id,
            start=start,
            base=base,
            value=value,
            low=low,
            high=high,
            state=state,
            month=month,
            year=year,
            target=target,
            target_state=target_state,
            data_through=data_through,
        )
    return dict(found)


def read_loads(connection: duckdb.DuckDBPyConnection) -> list[Loads]:
    """Return what became of the landed rows, by entity, and for all of them last."""
    rows = _rows(
        connection,
        """
        select
            entity, count(*), sum(rows_landed)::bigint, sum(rows_accepted)::bigint,
            sum(rows_quarantined)::bigint, sum(rows_duplicate)::bigint, sum(rows_held)::bigint,
            sum(values_blanked)::bigint, max(last_event_at),
            bool_and(
                rows_landed = rows_accepted + rows_quarantined + rows_duplicate + rows_held
            )
        from load_accounting
        group by grouping sets ((entity), ())
        order by grouping(entity), entity
        """,
    )
    return [Loads(*row) for row in rows if row[1]]
