"""Brings back the rows that earlier loads held, so that they are judged again."""

from __future__ import annotations

from pathlib import Path

import duckdb

from evenkeel.contract import Entity
from evenkeel.load import sql
from evenkeel.load.layout import Store, content_columns, held_columns
from evenkeel.load.plan import Batch

_BATCH = "_batch_file, _batch_hash, _batch_mapping, _delivered_load, _is_line_exact"


def held_file(store: Store, entity: Entity) -> Path | None:
    """Return the file of an entity's rows that are held since an earlier load, if there are any."""
    path = store.load(store.loads()[-1]) / f"held_{entity.name}.parquet"
    return path if path.is_file() else None


def insert_held(
    con: duckdb.DuckDBPyConnection, path: Path, entity: Entity, table: str, first_number: int
) -> list[Batch]:
    """Insert an entity's held rows into its table and return the batches that they came in.

    Parameters
    ----------
    first_number
        Number of the first of those batches.
    """
    # A column that the contract has gained since is NULL in what was held before.
    nothing = f"SELECT * FROM (SELECT {_nulls(entity)}) WHERE false"
    held = f"({nothing} UNION ALL BY NAME SELECT * FROM read_parquet({sql.file(path)}))"
    found = con.execute(f"SELECT DISTINCT {_BATCH} FROM {held} ORDER BY ALL").fetchall()
    batches = [
        Batch(
            number=number,
            entity=entity.name,
            file=file,
            content_hash=content_hash,
            landed_load=load,
            mapping_hash=mapping_hash,
            is_held=True,
            is_line_exact=is_exact,
        )
        for number, (file, content_hash, mapping_hash, load, is_exact) in enumerate(
            found, first_number
        )
    ]
    content = [name for name, _ in content_columns(entity)]
    columns = ", ".join(map(sql.name, ["_line", "_file", *content]))
    con.execute(
        f"""
        INSERT INTO {table} BY NAME
        SELECT
            CAST({first_number - 1} + dense_rank() OVER (ORDER BY {_BATCH}) AS INTEGER) AS _batch,
            0 AS _nl, false AS _is_refused, 0 AS _blanked, {columns}
        FROM {held}
        ORDER BY _delivered_load, _file, _line
        """
    )
    return batches


def _nulls(entity: Entity) -> str:
    return ", ".join(f"CAST(NULL AS {kind}) AS {sql.name(n)}" for n, kind in held_columns(entity))
