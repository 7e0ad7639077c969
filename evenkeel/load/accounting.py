"""Counts what became of every row, so that for each landed file the sum is right for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path

import duckdb

from evenkeel.contract import Entity
from evenkeel.errors import EvenkeelError
from evenkeel.load import sql
from evenkeel.load.layout import ACCOUNTING_COLUMNS, COUNTS
from evenkeel.load.mapped import Mapped
from evenkeel.load.plan import Batch
from evenkeel.load.tables import Tables


@dataclass(frozen=True)
class Account:
    """One row of the accounting, with the columns of `ACCOUNTING_COLUMNS`.

    For held rows judged again it is an adjustment: no rows landed, some no longer held.
    """

    entity: str
    file: str
    content_hash: str
    landed_load: int
    rows_landed: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_duplicate: int = 0
    rows_held: int = 0
    values_blanked: int = 0
    source_rows: int | None = 0
    source_rows_unused: int | None = 0
    first_event_at: datetime | None = None
    last_event_at: datetime | None = None
    mapping_hash: str | None = None
    load: int = 0

    @property
    def balances(self) -> bool:
        """Say whether every landed row has an outcome."""
        outcomes = self.rows_accepted + self.rows_quarantined + self.rows_duplicate + self.rows_held
        return self.rows_landed == outcomes

    @property
    def is_known(self) -> bool:
        """Say whether the file brought nothing that had not come before."""
        return 0 < self.rows_landed == self.rows_duplicate

    @property
    def is_empty(self) -> bool:
        """Say whether it changes no count."""
        return not any((self.rows_landed, self.rows_accepted, self.rows_held))


@dataclass(frozen=True)
class Counts:
    """What became of the rows of one batch."""

    rows: int = 0
    quarantined: int = 0
    duplicate: int = 0
    held: int = 0
    blanked: int = 0
    first_event_at: datetime | None = None
    last_event_at: datetime | None = None

    @property
    def accepted(self) -> int:
        """Return the rows with no other outcome."""
        return self.rows - self.quarantined - self.duplicate - self.held


def count_outcomes(
    con: duckdb.DuckDBPyConnection, entity: Entity, tables: Tables
) -> Mapping[int, Counts]:
    """Return the counts of each batch that has rows."""
    event = f"CAST({sql.name(entity.event_time)} AS TIMESTAMP)" if entity.event_time else "NULL"
    kept = "o.id IS NULL OR o.outcome = 'held'"
    found = con.execute(
        f"""
        SELECT
            row._batch,
            count(*),
            count(*) FILTER (o.outcome = 'quarantined'),
            count(*) FILTER (o.outcome = 'duplicate'),
            count(*) FILTER (o.outcome = 'held'),
            coalesce(CAST(sum(row._blanked) FILTER ({kept}) AS BIGINT), 0),
            min({event}),
            max({event})
        FROM {tables.rows} AS row LEFT JOIN {tables.outcome} AS o ON row.rowid = o.id
        GROUP BY row._batch
        """
    ).fetchall()
    return {batch: Counts(*counts) for batch, *counts in found}


def account(
    batch: Batch, counts: Counts, load: int, mapped: Mapped | None, unreadable: int
) -> Account:
    """Return a batch's row of the accounting.

    Parameters
    ----------
    mapped
        What its mapping made of it; None for the contract's own layout.
    unreadable
        Records that no row could be made of; they count as landed and refused.
    """
    plain = Account(
        entity=batch.entity,
        file=batch.file,
        content_hash=batch.content_hash,
        landed_load=batch.landed_load,
        rows_accepted=counts.accepted,
        rows_quarantined=counts.quarantined + unreadable,
        rows_duplicate=counts.duplicate,
        rows_held=counts.held,
        mapping_hash=batch.mapping_hash,
        load=load,
    )
    if batch.is_held:
        return replace(plain, rows_held=counts.held - counts.rows)
    landed = counts.rows + unreadable
    is_lookup = mapped is not None and not batch.primaries
    return replace(
        plain,
        rows_landed=landed,
        values_blanked=counts.blanked,
        # How many rows of a file that is only looked up were of use, nobody can say.
        source_rows=None if is_lookup else mapped.source_rows if mapped else landed,
        source_rows_unused=None if is_lookup else mapped.unused if mapped else 0,
        first_event_at=counts.first_event_at,
        last_event_at=counts.last_event_at,
    )


def account_repeated(batch: Batch, rows: int, load: int) -> Account:
    """Return the accounting of a file whose bytes came before: all duplicates."""
    return Account(
        entity=batch.entity,
        file=batch.file,
        content_hash=batch.content_hash,
        landed_load=batch.landed_load,
        rows_landed=rows,
        rows_duplicate=rows,
        source_rows=rows if batch.run is None else None,
        source_rows_unused=0 if batch.run is None else None,
        mapping_hash=batch.mapping_hash,
        load=load,
    )


def write_accounts(con: duckdb.DuckDBPyConnection, accounts: Sequence[Account], path: Path) -> None:
    """Write the accounting of a load.

    Raises
    ------
    EvenkeelError
        If a row does not balance, which no delivery can bring about.
    """
    for one in accounts:
        if not one.balances:
            raise EvenkeelError(
                f"{one.file}: the counts of {one.entity} do not add up, so nothing was loaded; "
                "this is a fault of evenkeel, please report it with the file."
            )
    rows = [tuple(getattr(one, item.name) for item in fields(Account)) for one in accounts]
    con.execute(f"CREATE OR REPLACE TEMP TABLE accounts ({sql.ddl(ACCOUNTING_COLUMNS)})")
    sql.insert_rows(con, "accounts", ACCOUNTING_COLUMNS, rows)
    sql.write_parquet(con, "SELECT * FROM accounts", path)


def total(accounts: Iterable[Account]) -> dict[str, int]:
    """Return the sums over accounts of the rows and blanked values."""
    names = [name for name in COUNTS if name.startswith(("rows_", "values_"))]
    sums = dict.fromkeys(names, 0)
    for one in accounts:
        for name in names:
            sums[name] += getattr(one, name)
    return sums
