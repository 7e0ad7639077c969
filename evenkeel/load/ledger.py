"""What earlier loads brought; their accounting is the only record of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from evenkeel.load import sql
from evenkeel.load.layout import ACCOUNTING, Store

# Entity, content hash, hash of the mapping (None for the contract's own layout).
Content = tuple[str, str, str | None]


@dataclass(frozen=True)
class Ledger:
    """Files of earlier loads.

    Attributes
    ----------
    places
        Entity, file, content hash and mapping hash of each file that was accounted for.
    rows
        Rows landed from each content, the first time it came.
    """

    places: frozenset[tuple[str, str, str, str | None]]
    rows: Mapping[Content, int]

    def knows(self, content: Content, file: str) -> bool:
        """Say whether these bytes came before under this very name."""
        entity, content_hash, mapping_hash = content
        return (entity, file, content_hash, mapping_hash) in self.places


def read_ledger(con: duckdb.DuckDBPyConnection, store: Store) -> Ledger:
    """Read the accounting of all committed loads."""
    files = [store.load(load) / f"{ACCOUNTING}.parquet" for load in store.loads()]
    if not files:
        return Ledger(frozenset(), {})
    found = con.execute(
        f"""
        SELECT entity, file, content_hash, mapping_hash, max(rows_landed) AS rows_landed
        FROM read_parquet([{", ".join(sql.file(file) for file in files)}], union_by_name = true)
        GROUP BY ALL
        """
    ).fetchall()
    rows: dict[Content, int] = {}
    for entity, _, content_hash, mapping_hash, rows_landed in found:
        content = (entity, content_hash, mapping_hash)
        rows[content] = max(rows.get(content, 0), rows_landed)
    return Ledger(frozenset((e, f, h, m) for e, f, h, m, _ in found), rows)
