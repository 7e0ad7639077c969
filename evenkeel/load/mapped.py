"""Runs mappings: a vendor's files as tables of text, and the mapping's SELECT over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from evenkeel.contract import Entity
from evenkeel.load import sql
from evenkeel.load.intake import Intake
from evenkeel.load.landing import LandedFile
from evenkeel.load.mappings import Mapping, Source, first_line
from evenkeel.load.plan import Batch, MappedRun
from evenkeel.load.reading import Read, Reader
from evenkeel.load.records import Unreadable
from evenkeel.load.relations import LINE_COLUMNS, Relation, parquet_header
from evenkeel.load.result import BatchError
from evenkeel.load.rewriting import rewrite
from evenkeel.load.text import UnreadableFileError, peek_header, prepare_text, unique_names

_OUTPUT = "mapping_output"


@dataclass(frozen=True)
class SourceTable:
    """A vendor's file, read into a table of text."""

    name: str
    header: tuple[str, ...]
    read: Read

    @property
    def line(self) -> str:
        """Return the SQL of a row's line in the file."""
        return f"coalesce({self.name}._line, {self.name}.rowid + {self.read.line_offset})"


@dataclass(frozen=True)
class Mapped:
    """What a mapping made of a batch.

    Attributes
    ----------
    source_rows, unused
        Rows of the primary files, and those of them that the mapping made nothing of.
    unreadable
        Records of those files that no row could be made of, each with its file.
    has_lines
        Whether the mapping says which line each row is from.
    """

    source_rows: int = 0
    unused: int = 0
    unreadable: tuple[tuple[str, Unreadable], ...] = ()
    has_lines: bool = False


@dataclass
class Sources:
    """Vendors' files as tables, each read once in a load."""

    con: duckdb.DuckDBPyConnection
    intake: Intake
    _tables: dict[str, SourceTable] = field(default_factory=dict)
    _headers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def table(self, file: LandedFile) -> SourceTable:
        """Return the table of a file, reading it if need be.

        Raises
        ------
        BatchError
            If it cannot be read.
        """
        if file.name not in self._tables:
            self._tables[file.name] = self._read(file)
        return self._tables[file.name]

    def header(self, file: LandedFile) -> tuple[str, ...]:
        """Return the names of a file's columns without reading all of it."""
        if file.name in self._tables:
            return self._tables[file.name].header
        if file.name not in self._headers:
            try:
                self._headers[file.name] = self._peek(file)
            except (BatchError, UnreadableFileError, duckdb.Error):
                # It is refused, with its reason, where it is read as a batch of its own.
                self._headers[file.name] = ()
        return self._headers[file.name]

    def _peek(self, file: LandedFile) -> tuple[str, ...]:
        if file.is_parquet:
            return parquet_header(self.con, file.path)
        if file.is_json or file.is_sheet:
            # Its columns are known when all of it is.
            return self.table(file).header
        return peek_header(file.path, is_gzip=file.is_gzip)

    def show(
        self, source: Source, landed: Sequence[LandedFile], chosen: Sequence[LandedFile]
    ) -> None:
        """Make a source's view: the rows of the chosen files, the columns of all that landed."""
        if source.is_personal:
            for file in chosen:
                self.intake.keep_out(self.intake.hash(file), None)
        spellings: dict[str, str] = {}
        for file in landed:
            for column in self.header(file):
                spellings.setdefault(column.lower(), column)
        for column in source.optional:
            spellings.setdefault(column.lower(), column)
        parts = [self._part(file, spellings) for file in chosen] or [
            "SELECT " + ", ".join(_null(column) for column in spellings.values()) + " WHERE false"
        ]
        query = " UNION ALL ".join(parts)
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {source.view} AS {query}")

    def _part(self, file: LandedFile, spellings: dict[str, str]) -> str:
        table = self.table(file)
        places = {column.lower(): f"c{index}" for index, column in enumerate(table.header)}
        columns = [
            f"{places[lower]} AS {sql.name(column)}" if lower in places else _null(column)
            for lower, column in spellings.items()
            if lower not in ("_file", "_line")
        ]
        columns += [f"{sql.text(file.name)} AS _file", f"{table.line} AS _line"]
        return f"SELECT {', '.join(columns)} FROM {table.name}"

    def _read(self, file: LandedFile) -> SourceTable:
        name = f"source_{len(self._tables)}"
        reader = Reader(
            self.con, name, lambda r: f"INSERT INTO {name} {r.query}", self.intake.store.texts
        )
        copy = self.intake.copy(file)
        try:
            if file.is_parquet:
                header = parquet_header(self.con, copy)
                self._create(name, header)
                reader.read_parquet(0, copy)
            elif file.is_json or file.is_sheet:
                rewritten = rewrite(file, copy, reader.records_path(0))
                header = rewritten.file.header
                self._create(name, header)
                reader.read_rewritten(0, rewritten)
            else:
                text = prepare_text(copy, self.intake.text_path(file), is_gzip=file.is_gzip)
                header = text.header
                self._create(name, header)
                reader.read_texts([(0, text)])
        except (UnreadableFileError, duckdb.Error) as error:
            raise BatchError(f"{file.name} {first_line(error)}") from error
        if reader.failed:
            raise BatchError(f"{file.name} {reader.failed[0]}")
        return SourceTable(name, unique_names(list(header)), reader.done[0])

    def _create(self, name: str, header: Sequence[str]) -> None:
        columns = [(f"c{index}", "VARCHAR") for index in range(len(header))]
        self.con.execute(f"CREATE OR REPLACE TABLE {name} ({sql.ddl((*LINE_COLUMNS, *columns))})")


def run_mapping(
    batch: Batch, run: MappedRun, entity: Entity, sources: Sources, reader: Reader
) -> Mapped:
    """Run a mapping on each of a batch's primary files and insert what it gives.

    Raises
    ------
    BatchError
        If a file cannot be read or the mapping does not work on it; nothing stays inserted.
    """
    rows = unused = 0
    has_lines = False
    unreadable: list[tuple[str, Unreadable]] = []
    try:
        _show_others(run, sources)
        for file in batch.primaries:
            table = sources.table(file)
            sources.show(run.rendered.sources[0], run.files[0], [file])
            relation, has_lines = _output(batch, file, run, entity, sources.con)
            try:
                read = reader.add(batch.number, relation)
            except duckdb.Error as error:
                raise _failure(run.mapping, file, first_line(error)) from error
            rows += table.read.rows
            unused += (
                _unused_lines(table, file, read, reader)
                if has_lines
                else max(0, table.read.rows - read.rows)
            )
            unreadable.extend((file.name, record) for record in table.read.unreadable)
    except BatchError:
        reader.remove(batch.number)
        raise
    return Mapped(rows, unused, tuple(unreadable), has_lines)


def _show_others(run: MappedRun, sources: Sources) -> None:
    """Make the views of all sources but the primary one, each over all of its files."""
    for source, files in zip(run.rendered.sources[1:], run.files[1:], strict=True):
        if not files and not source.optional:
            raise BatchError(
                f"{run.mapping.name} needs a file {source.glob} in the folder "
                f"{run.mapping.vendor}; deliver it, or name its columns with optional=[...]."
            )
        sources.show(source, files, files)


def _output(
    batch: Batch, file: LandedFile, run: MappedRun, entity: Entity, con: duckdb.DuckDBPyConnection
) -> tuple[Relation, bool]:
    """Return what the mapping gives for a file, and whether it says which line a row is from."""
    try:
        con.execute(f"CREATE OR REPLACE TEMP VIEW {_OUTPUT} AS {run.rendered.sql}")
    except duckdb.Error as error:
        raise _failure(run.mapping, file, first_line(error)) from error
    names = [row[0] for row in con.execute(f"DESCRIBE {_OUTPUT}").fetchall()]
    lower = {name.lower() for name in names}
    for column in entity.required:
        if column.name not in lower:
            raise _failure(run.mapping, file, f"it gives no column {column.name}")
    has_lines = "_line" in lower
    line = "try_cast(_line AS BIGINT)" if has_lines else "row_number() OVER ()"
    origin = f"coalesce(CAST(_file AS VARCHAR), {sql.text(file.name)})"
    header = tuple(name for name in names if name.lower() not in ("_file", "_line"))
    columns = "".join(
        f", CAST({sql.name(name)} AS VARCHAR) AS c{index}" for index, name in enumerate(header)
    )
    # In the order of its own rows, the number of a row does not depend on the engine's threads.
    order = "" if has_lines else " ORDER BY ALL"
    query = f"""
        SELECT
            {batch.number} AS _batch, 0 AS _nl, {line} AS _line,
            {origin if "_file" in lower else sql.text(file.name)} AS _file{columns}
        FROM (SELECT * FROM {_OUTPUT}{order})
    """
    return Relation(query, header), has_lines


def _unused_lines(table: SourceTable, file: LandedFile, read: Read, reader: Reader) -> int:
    return sql.count(
        reader.con,
        f"""
        (SELECT {table.line} AS line FROM {table.name}) AS source
        ANTI JOIN (
            SELECT _line AS line FROM {reader.table}
            WHERE rowid BETWEEN {read.first_rowid} AND {read.last_rowid}
                AND _file = {sql.text(file.name)}
        ) AS made ON source.line = made.line
        """,
    )


def _failure(mapping: Mapping, file: LandedFile, reason: str) -> BatchError:
    return BatchError(
        f"{mapping.name} does not work on {file.name}: {reason.rstrip('.')}; correct the mapping "
        "and load again."
    )


def _null(column: str) -> str:
    return f"CAST(NULL AS VARCHAR) AS {sql.name(column)}"
