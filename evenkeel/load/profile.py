"""What a batch's columns look like: how much of each is filled, with which codes, how large."""

from __future__ import annotations

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
_TRUE = "true"


def profile(entity: Entity, tables: Tables, load: int) -> str:
    """Return the SQL of the profile of each new batch in an entity's working tables.

    Of a large batch every n-th row is looked at, always the same ones.
    """
    parts = ", ".join(part for column in entity.columns for part in _parts(column))
    return f"""
        SELECT {sql.text(entity.name)} AS entity, file, {load} AS landed_load, column_name, code, share, mean
        FROM (
            SELECT file, unnest([{parts}], recursive := true)
            FROM (
                SELECT batch.file, row.*
                FROM {tables.placed}
                INNER JOIN (
                    SELECT _batch, greatest(1, count(*) // {_ENOUGH_ROWS}) AS step
                    FROM {tables.rows} GROUP BY _batch HAVING count(*) >= {LEAST_ROWS}
                ) AS large ON row._batch = large._batch
                WHERE batch.landed_load = {load} AND NOT batch.repeats AND NOT row._is_refused
                    AND row.rowid % large.step = 0
            )
            GROUP BY file
        )
    """


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
