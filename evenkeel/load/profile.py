"""What a batch's columns look like: how much of each is filled, with which codes, how large."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from evenkeel.contract import Column, Entity
from evenkeel.load import sql
from evenkeel.load.tables import Tables

PROFILE = "load_profile"
PROFILE_COLUMNS = (
    ("entity", "VARCHAR"),
    ("file", "VARCHAR"),
    ("landed_load", "INTEGER"),
    ("column_name", "VARCHAR"),
    # NULL where `share` is that of the filled rows, and not that of one code among those.
    ("code", "VARCHAR"),
    ("share", "DOUBLE"),
    ("mean", "DOUBLE"),
)
# Fewer rows than these have no shape, and more than these show no other.
LEAST_ROWS = 100
_ENOUGH_ROWS = 100_000
_STRETCH = 2_000
_TRUE = "true"


def add_profile(con: duckdb.DuckDBPyConnection, entity: Entity, tables: Tables, load: int) -> None:
    """Add the profile of each new batch in an entity's working tables to `gate_profile`."""
    batches = con.execute(
        f"""
        SELECT min(row.rowid), max(row.rowid)
        FROM {tables.placed}
        WHERE batch.landed_load = {load} AND NOT batch.repeats
        GROUP BY row._batch HAVING count(*) >= {LEAST_ROWS}
        ORDER BY 1
        """
    ).fetchall()
    if not batches:
        return
    # Said of rowid itself: the engine then leaves all other rows where they are, maybe on disk.
    looked_at = " OR ".join(f"row.rowid BETWEEN {a} AND {b}" for a, b in stretches(batches))
    parts = ", ".join(part for column in entity.columns for part in _parts(column))
    con.execute(
        f"""
        INSERT INTO gate_profile
        SELECT {sql.text(entity.name)} AS entity, file, {load} AS landed_load, column_name, code, share, mean
        FROM (
            SELECT file, unnest([{parts}], recursive := true)
            FROM (
                SELECT batch.file, row.*
                FROM {tables.placed}
                WHERE ({looked_at}) AND NOT row._is_refused
            )
            GROUP BY file
        )
        """
    )


def stretches(batches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the rows to look at: of a large batch short stretches from end to end.

    Parameters
    ----------
    batches
        First and last row of each, in order, as the result has them.
    """
    chosen: list[tuple[int, int]] = []
    for first, last in batches:
        rows = last - first + 1
        if rows <= _ENOUGH_ROWS:
            if chosen and chosen[-1][1] == first - 1:
                first, _ = chosen.pop()
            chosen.append((first, last))
            continue
        count = _ENOUGH_ROWS // _STRETCH
        for place in range(count):
            start = first + place * (rows - _STRETCH) // (count - 1)
            chosen.append((start, start + _STRETCH - 1))
    return chosen


def _parts(column: Column) -> list[str]:
    name = sql.name(column.name)
    is_number = column.data_type in ("integer", "decimal")
    mean = f"avg(CAST({name} AS DOUBLE))" if is_number else "NULL::DOUBLE"
    parts = [_part(column, "NULL", f"count({name}) / count(*)", mean)]
    codes = (_TRUE,) if column.data_type == "boolean" else column.accepted
    for code in codes:
        is_code = name if column.data_type == "boolean" else f"{name} = {sql.text(code)}"
        share = f"count_if({is_code}) / nullif(count({name}), 0)"
        parts.append(_part(column, sql.text(code), share, "NULL::DOUBLE"))
    return parts


def _part(column: Column, code: str, share: str, mean: str) -> str:
    return (
        f"{{'column_name': {sql.text(column.name)}, 'code': {code}::VARCHAR, "
        f"'share': CAST({share} AS DOUBLE), 'mean': {mean}}}"
    )
