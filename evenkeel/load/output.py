"""Writes what became of an entity's rows: accepted, held and refused, each to its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from evenkeel.contract import Entity
from evenkeel.errors import EvenkeelError
from evenkeel.load import rules, sql
from evenkeel.load.intake import Intake
from evenkeel.load.layout import (
    PERSON_KEYS,
    QUARANTINE_COLUMNS,
    content_columns,
    held_columns,
    raw_columns,
)
from evenkeel.load.person import person_key_sql
from evenkeel.load.records import Unreadable
from evenkeel.load.tables import FILE, LINE, Tables

_FEW = "employee_id"


@dataclass(frozen=True)
class Output:
    """The files that a load writes for one entity.

    Attributes
    ----------
    load
        Number that the load will have.
    intake
        Is told which lines hold an identity that the archive must not have.
    """

    con: duckdb.DuckDBPyConnection
    load: int
    entity: Entity
    tables: Tables
    intake: Intake

    def write(self, unreadable: Sequence[tuple[str, Unreadable]], accepted: int) -> None:
        """Write every file that has rows.

        Parameters
        ----------
        unreadable
            Records that no row could be made of, each with its file.
        accepted
            How many rows the accounting says were accepted.
        """
        self._write_accepted(accepted)
        self._write_held()
        self._write_quarantine(unreadable)
        self._note_identities()

    def _write_accepted(self, accepted: int) -> None:
        content = [name for name, _ in content_columns(self.entity)]
        values = {
            **{name: f"row.{sql.name(name)}" for name in content},
            "_load": str(self.load),
            "_delivered_load": "batch.landed_load",
            "_file": FILE,
            "_line": LINE,
            "_is_redelivery": "o.id IS NOT NULL",
            **{key: person_key_sql(name, f"row.{name}") for name, key in PERSON_KEYS.items()},
            PERSON_KEYS[_FEW]: "staff.key",
        }
        columns = ", ".join(
            f"CAST({values[name]} AS {kind}) AS {sql.name(name)}"
            for name, kind in raw_columns(self.entity)
        )
        path = self.intake.store.incoming / f"{self.entity.name}.parquet"
        where = "o.id IS NULL OR o.is_redelivery"
        rows = f"{self.tables.placed} LEFT JOIN {self.tables.outcome} AS o ON row.rowid = o.id"
        if _FEW in content:
            self._hash_staff()
            rows += f" LEFT JOIN staff ON row.{_FEW} = staff.id"
        written = sql.write_parquet(self.con, f"SELECT {columns} FROM {rows} WHERE {where}", path)
        redelivered = sql.count(self.con, f"{self.tables.outcome} WHERE is_redelivery")
        if written != accepted + redelivered:
            raise EvenkeelError(
                f"{written} rows of {self.entity.name} were written where {accepted} were "
                "accepted, so nothing was loaded; this is a fault of evenkeel, please report it."
            )
        if not written:
            path.unlink()

    def _hash_staff(self) -> None:
        """Make `staff`: each employee's key, worked out once and not in each of thousands of rows."""
        self.con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE staff AS
            SELECT id, {person_key_sql(_FEW, "id")} AS key
            FROM (SELECT DISTINCT {_FEW} AS id FROM {self.tables.rows} WHERE {_FEW} IS NOT NULL)
            """
        )

    def _write_held(self) -> None:
        origin = {
            "_delivered_load": "batch.landed_load",
            "_file": FILE,
            "_line": LINE,
            "_batch_file": "batch.file",
            "_batch_hash": "batch.content_hash",
            "_batch_mapping": "batch.mapping_hash",
            "_is_line_exact": "batch.is_line_exact",
        }
        columns = ", ".join(
            f"{origin.get(name, f'row.{sql.name(name)}')} AS {sql.name(name)}"
            for name, _ in held_columns(self.entity)
        )
        self._write_some(
            f"""
            SELECT {columns}
            FROM {self.tables.placed}
            INNER JOIN {self.tables.outcome} AS o ON row.rowid = o.id
            WHERE o.outcome = 'held'
            """,
            self.intake.store.incoming / f"held_{self.entity.name}.parquet",
        )

    def _write_quarantine(self, unreadable: Sequence[tuple[str, Unreadable]]) -> None:
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE unreadable (file VARCHAR, line BIGINT, words VARCHAR)"
        )
        rows = [(file, record.line, record.problem) for file, record in unreadable]
        columns = (("file", "VARCHAR"), ("line", "BIGINT"), ("words", "VARCHAR"))
        sql.insert_rows(self.con, "unreadable", columns, rows)
        prefix = self.entity.name + "/"
        shown_file = (
            f"CASE WHEN starts_with(file, {sql.text(prefix)}) "
            f"THEN substr(file, {len(prefix) + 1}) ELSE file END"
        )
        tails = (
            f"CASE WHEN severity = 'blanked' THEN {sql.text(rules.BLANKED_TAIL)} "
            f"WHEN rule = 'anonymity' THEN {sql.text(rules.ANONYMITY_TAIL)} "
            f"ELSE {sql.text(rules.REFUSED_TAIL)} END"
        )
        values = {
            "entity": sql.text(self.entity.name),
            "sentence": f"{sql.text(self.entity.name + ', ')} || {shown_file} || ' line ' || line "
            f"|| ': ' || words || {tails}",
            "_load": str(self.load),
        }
        picks = ", ".join(
            f"CAST({values.get(name, name)} AS {kind}) AS {name}"
            for name, kind in QUARANTINE_COLUMNS
        )
        self._write_some(
            f"""
            SELECT {picks} FROM (
                SELECT {FILE} AS file, {LINE} AS line, problem.* EXCLUDE (id)
                FROM {self.tables.problems} AS problem
                INNER JOIN {self.tables.rows} AS row ON problem.id = row.rowid
                INNER JOIN {self.tables.batches} AS batch ON row._batch = batch.number
                LEFT JOIN {self.tables.outcome} AS o ON problem.id = o.id
                WHERE problem.severity = 'refused' OR o.id IS NULL OR o.outcome = 'held'
                UNION ALL BY NAME
                SELECT file, line, 'unreadable' AS rule, 'refused' AS severity, words
                FROM unreadable
            )
            ORDER BY file, line, column_name
            """,
            self.intake.store.refused / f"{self.entity.name}.parquet",
        )

    def _note_identities(self) -> None:
        """Tell the intake which lines the archive must not have."""
        found = self.con.execute(
            f"""
            SELECT DISTINCT
                batch.content_hash,
                CASE WHEN batch.is_line_exact AND {FILE} = batch.file THEN {LINE} END
            FROM {self.tables.problems} AS problem
            INNER JOIN {self.tables.rows} AS row ON problem.id = row.rowid
            INNER JOIN {self.tables.batches} AS batch ON row._batch = batch.number
            WHERE problem.rule = 'anonymity'
            """
        ).fetchall()
        for content_hash, line in found:
            self.intake.keep_out(content_hash, line)

    def _write_some(self, query: str, path: Path) -> None:
        """Write a file unless it would have no rows."""
        if not sql.write_parquet(self.con, query, path):
            path.unlink()
