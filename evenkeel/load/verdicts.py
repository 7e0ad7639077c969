"""The checkpoint of a load: each new batch against its limits and against those before it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from evenkeel.contract import Contract, Entity
from evenkeel.gate.expectations import Checkpoint, Suite, run_checkpoint
from evenkeel.load import comparisons, sql
from evenkeel.load.accounting import Account
from evenkeel.load.findings import Finding
from evenkeel.load.layout import ACCOUNTING, Store
from evenkeel.load.limits import CHECKS, DEFAULT, Limit
from evenkeel.load.profile import PROFILE, PROFILE_COLUMNS, add_profile
from evenkeel.load.records import Unreadable
from evenkeel.load.tables import LINE, Tables

SUITE = "batches"
_UNREADABLE = "unreadable"
_BATCHES = (
    ("entity", "VARCHAR"),
    ("file", "VARCHAR"),
    ("landed_load", "INTEGER"),
    ("rows_landed", "BIGINT"),
    ("rows_refused", "BIGINT"),
    ("rows_duplicate", "BIGINT"),
    ("first_event_at", "TIMESTAMP"),
    ("last_event_at", "TIMESTAMP"),
    ("is_primary", "BOOLEAN"),
    ("content_hash", "VARCHAR"),
)
_PROBLEMS = (
    ("entity", "VARCHAR"),
    ("file", "VARCHAR"),
    ("column_name", "VARCHAR"),
    ("rule", "VARCHAR"),
    ("severity", "VARCHAR"),
    ("row_count", "BIGINT"),
    ("line", "BIGINT"),
    ("words", "VARCHAR"),
)
_LIMITS = (
    ("check_name", "VARCHAR"),
    ("entity", "VARCHAR"),
    ("limit_value", "DOUBLE"),
    ("least_rows", "BIGINT"),
    ("severity", "VARCHAR"),
)
_FINDINGS = (
    ("entity", "VARCHAR"),
    ("file", "VARCHAR"),
    ("check_name", "VARCHAR"),
    ("observed", "DOUBLE"),
    ("limit_value", "DOUBLE"),
    ("severity", "VARCHAR"),
    ("rows_landed", "BIGINT"),
    ("rows_refused", "BIGINT"),
    ("least", "DOUBLE"),
    ("most", "DOUBLE"),
    ("detail", "VARCHAR"),
)


@dataclass
class BatchGate:
    """What is known of the batches of a load, and what is expected of them.

    Attributes
    ----------
    load
        Number that the load will have.
    accepted
        Files that are taken as they are, whatever their verdict.
    refused
        Findings for which batches are refused whole, by entity and file.
    """

    con: duckdb.DuckDBPyConnection
    store: Store
    contract: Contract
    load: int
    limits: Sequence[Limit]
    accepted: frozenset[str] = frozenset()
    refused: dict[tuple[str, str], list[Finding]] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)
    checkpoint: Checkpoint = field(default_factory=Checkpoint)

    def begin(self) -> None:
        """Forget what was observed, as the load reads everything anew."""
        self.con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE gate_profile ({sql.ddl(PROFILE_COLUMNS)});
            CREATE OR REPLACE TEMP TABLE gate_problems ({sql.ddl(_PROBLEMS)});
            """
        )

    def observe(
        self, entity: Entity, tables: Tables, unreadable: Iterable[tuple[str, Unreadable]]
    ) -> None:
        """Take down the shape and the problems of an entity's new batches."""
        add_profile(self.con, entity, tables, self.load)
        self.con.execute(
            f"""
            INSERT INTO gate_problems
            SELECT
                {sql.text(entity.name)}, batch.file, problem.column_name, problem.rule, problem.severity,
                count(*), min({LINE}), arg_min(problem.words, {LINE})
            FROM {tables.problems} AS problem
            INNER JOIN {tables.rows} AS row ON problem.id = row.rowid
            INNER JOIN {tables.batches} AS batch ON row._batch = batch.number
            WHERE batch.landed_load = {self.load}
            GROUP BY ALL
            """
        )
        lost: dict[str, list[Unreadable]] = {}
        for file, record in unreadable:
            lost.setdefault(file, []).append(record)
        rows = [
            (entity.name, file, None, _UNREADABLE, "refused", len(some), first.line, first.problem)
            for file, some in lost.items()
            for first in [min(some, key=lambda record: record.line)]
        ]
        sql.insert_rows(self.con, "gate_problems", _PROBLEMS, rows)

    def judge(
        self,
        accounts: Iterable[Account],
        lookups: Container[tuple[str, str]],
        unreadable: Iterable[tuple[str, str]],
    ) -> bool:
        """Hold the batches against their limits; return whether any is newly refused.

        Parameters
        ----------
        lookups
            Entity and file of batches that a mapping only looks up: their rows are those of others.
        unreadable
            Entity and file of batches that could not be read at all.
        """
        rows = [
            (
                one.entity,
                one.file,
                one.landed_load,
                one.rows_landed,
                one.rows_quarantined,
                one.rows_duplicate,
                one.first_event_at,
                one.last_event_at,
                (one.entity, one.file) not in lookups,
                one.content_hash,
            )
            for one in accounts
            if one.landed_load == self.load and not one.is_known
        ]
        lost = [
            Finding(*batch, _UNREADABLE, 1, 0, "refuse", 0, 0)
            for batch in unreadable
            if batch not in self.refused
        ]
        if not (rows or lost):
            return False
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE gate_batches ({sql.ddl(_BATCHES)})")
        sql.insert_rows(self.con, "gate_batches", _BATCHES, rows)
        self._find()
        carried = [one for some in self.refused.values() for one in some]
        values = [tuple(getattr(one, name) for name, _ in _FINDINGS) for one in carried + lost]
        sql.insert_rows(self.con, "gate_findings", _FINDINGS, values)
        path = self.store.work / f"{SUITE}.parquet"
        sql.write_parquet(self.con, self._wide(), path)
        self.checkpoint = run_checkpoint(f"load {self.load}", [_suite(path)])
        broken = {result.check for result in self.checkpoint.results if not result.succeeded}
        findings = [
            one
            for one in self._beyond()
            if one.check_name in broken and (one.entity, one.file) not in self.refused
        ]
        new = self._first_of([one for one in findings if one.severity == "refuse"])
        self.warnings = [one for one in findings if one.severity == "warn"]
        for one in new:
            self.refused.setdefault((one.entity, one.file), []).append(one)
        return bool(new)

    def _first_of(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings about the entity that is judged first.

        What those batches brought may be what the rows of the others were judged by.
        """
        for entity in self.contract.in_judging_order():
            found = [one for one in findings if one.entity == entity.name]
            if found:
                return found
        return []

    def write_profile(self) -> None:
        """Write down the shape of the batches, with which later ones are compared."""
        if sql.count(self.con, "gate_profile"):
            path = self.store.incoming / f"{PROFILE}.parquet"
            sql.write_parquet(self.con, "SELECT * FROM gate_profile", path)

    def _find(self) -> None:
        """Make `gate_findings`: each check of each batch that has something to be compared."""
        limits = [
            (limit.check_name, limit.entity, limit.limit, limit.least_rows, limit.severity)
            for limit in self.limits
        ]
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE gate_limits ({sql.ddl(_LIMITS)})")
        sql.insert_rows(self.con, "gate_limits", _LIMITS, limits)
        self.con.execute(comparisons.volumes(self._earlier(ACCOUNTING)))
        self.con.execute(comparisons.shapes(self._earlier(PROFILE)))
        self.con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE gate_findings AS
            SELECT
                found.entity, found.file, found.check_name, found.observed, own.limit_value,
                CASE WHEN found.file IN {sql.texts(sorted(self.accepted) or [""])}
                    AND own.severity = 'refuse' THEN 'warn' ELSE own.severity END AS severity,
                found.rows_landed, found.rows_refused, found.least, found.most, found.detail
            FROM ({comparisons.checks()}) AS found
            INNER JOIN gate_limits AS own
                ON found.check_name = own.check_name AND own.entity IN (found.entity, '{DEFAULT}')
            WHERE found.base >= own.least_rows AND found.observed IS NOT NULL
                AND own.severity <> 'ignore'
                AND (own.entity <> '{DEFAULT}' OR NOT EXISTS (
                    SELECT 1 FROM gate_limits AS other
                    WHERE other.check_name = found.check_name AND other.entity = found.entity
                ));
            """
        )
        self._excuse_corrections()

    def _earlier(self, name: str) -> str:
        """Return the SQL of what earlier loads wrote down of the files of this load's series."""
        files = [self.store.load(load) / f"{name}.parquet" for load in self.store.loads()]
        paths = ", ".join(sql.file(path) for path in files if path.is_file())
        if not paths:
            return "SELECT * FROM gate_profile WHERE false"
        return (
            f"SELECT * FROM read_parquet([{paths}], union_by_name = true) "
            f"WHERE ({comparisons.SERIES}) IN (SELECT ({comparisons.SERIES}) FROM gate_batches)"
        )

    def _excuse_corrections(self) -> None:
        """Drop the finding of few rows where most of them say anew what came before."""
        few = self.con.execute(
            "SELECT entity, file, rows_landed, rows_duplicate FROM gate_findings "
            "INNER JOIN gate_batches USING (entity, file, rows_landed) "
            "WHERE check_name = 'times_fewer_rows' AND observed > limit_value"
        ).fetchall()
        for name, file, rows, duplicates in few:
            if rows < 2 * (duplicates + self._corrections(name, file)):
                self.con.execute(
                    "DELETE FROM gate_findings WHERE check_name = 'times_fewer_rows' "
                    f"AND entity = {sql.text(name)} AND file = {sql.text(file)}"
                )

    def _corrections(self, name: str, file: str) -> int:
        """Return how many accepted rows of a file have a key that came before."""
        new = self.store.incoming / f"{name}.parquet"
        if not new.is_file():
            return 0
        files = [self.store.load(load) / f"{name}.parquet" for load in self.store.loads()]
        paths = ", ".join(sql.file(path) for path in files if path.is_file())
        keys = [sql.name(column.name) for column in self.contract[name].keys]
        # Missing parts of a key are equal to each other.
        same = " AND ".join(f"mine.{key} IS NOT DISTINCT FROM other.{key}" for key in keys)
        source = f"read_parquet({sql.file(new)})"
        return sql.count(
            self.con,
            f"""
            (SELECT * FROM {source} WHERE _file = {sql.text(file)}) AS mine
            SEMI JOIN (
                SELECT {", ".join(keys)} FROM read_parquet([{paths}], union_by_name = true)
                UNION ALL
                SELECT {", ".join(keys)} FROM {source} WHERE _file < {sql.text(file)}
            ) AS other ON {same}
            """,
        )

    def _wide(self) -> str:
        """Return the SQL of one row per batch, with what was observed beside its limit."""
        columns = ", ".join(
            f"max(observed) FILTER (check_name = '{check}') AS {check}, "
            f"max(limit_value) FILTER (check_name = '{check}') AS {check}_limit"
            for check in (*CHECKS, _UNREADABLE)
        )
        # The page shows the name as it is given, and a name may be written like a page.
        name = "replace(replace(replace(file, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') AS file"
        return (
            f"SELECT entity, {name}, {columns} FROM gate_findings "
            "GROUP BY entity, gate_findings.file ORDER BY ALL"
        )

    def _beyond(self) -> list[Finding]:
        """Return the new findings beyond their limits, worst rule of their refused rows with it."""
        rows = self.con.execute(
            f"""
            SELECT {", ".join(f"finding.{name}" for name, _ in _FINDINGS)},
                (
                    SELECT string_agg(
                        printf('%s %s (%d)', column_name, rule, row_count), ', '
                        ORDER BY row_count DESC, column_name
                    ) FROM (
                        SELECT * FROM gate_problems AS problem
                        WHERE problem.entity = finding.entity AND problem.file = finding.file
                            AND problem.severity = 'refused'
                        ORDER BY row_count DESC, column_name LIMIT 3
                    )
                ) AS reasons
            FROM gate_findings AS finding
            WHERE observed > limit_value AND check_name <> '{_UNREADABLE}'
            ORDER BY entity, file, check_name
            """
        ).fetchall()
        return [Finding(*row) for row in rows]


def _suite(path: Path) -> Suite:
    from great_expectations import expectations as gxe

    return Suite(
        SUITE,
        f"SELECT * FROM read_parquet({sql.file(path)})",
        [
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=f"{check}_limit",
                column_B=check,
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                meta={"check": check},
            )
            for check in (*CHECKS, _UNREADABLE)
        ],
        index=("entity", "file"),
    )
