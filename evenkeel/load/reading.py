"""Reads landed files into tables, all text, each row with the line on which it starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from evenkeel.load.records import (
    Rewritten,
    Unreadable,
    bundle_records,
    ends_whole,
    rewrite_records,
)
from evenkeel.load.relations import (
    Relation,
    parquet_columns,
    parquet_relation,
    parquet_rows,
    text_relation,
)
from evenkeel.load.text import SMALL_BYTES, TextFile, UnreadableFileError

_FILES_AT_ONCE = 500
# Rows that differ in anything take more of a Parquet file than this; a bomb of equal ones does not.
_MANY_ROWS = 10_000_000
_MAX_ROWS_OF_A_BYTE = 10
# What DuckDB says of a text that it cannot read; its parallel reader gives up on some lines.
_DAMAGED = (duckdb.InvalidInputException, duckdb.NotImplementedException)


@dataclass(frozen=True)
class Read:
    """What was read of one batch.

    A row without `_line` of its own starts on line `first_line` + its rowid - `first_rowid`.
    Without `has_lines` its line is no line of the file, but its number.
    """

    rows: int = 0
    line_ends: int = 0
    first_rowid: int = 0
    last_rowid: int = -1
    first_line: int = 1
    unreadable: tuple[Unreadable, ...] = ()
    has_lines: bool = True

    @property
    def line_offset(self) -> int:
        """Return what added to its rowid gives a row's line."""
        return self.first_line - self.first_rowid


@dataclass
class Reader:
    """Puts files into one table and remembers what became of each batch.

    Attributes
    ----------
    table
        The table; it begins with the `LINE_COLUMNS`.
    insert
        Gives the INSERT that puts a relation into the table.
    scratch
        Folder for files that have to be rewritten.
    on_read
        Is told the number of each batch of text that was read.
    done, failed
        What was read, and sentences about what could not be read, by batch.
    """

    con: duckdb.DuckDBPyConnection
    table: str
    insert: Callable[[Relation], str]
    scratch: Path
    on_read: Callable[[int], None] = lambda _: None
    done: dict[int, Read] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    _next_rowid: int = 0
    _rewritten: dict[tuple[str, ...], dict[int, Rewritten]] = field(default_factory=dict)

    def read_texts(self, files: Sequence[tuple[int, TextFile]]) -> None:
        """Read text files, each given with the number of its batch."""
        small: dict[tuple[str, ...], list[tuple[int, TextFile]]] = {}
        for batch, file in files:
            if not file.is_small:
                self.read_text(batch, file)
                self.on_read(batch)
                continue
            group = small.setdefault(file.header, [])
            group.append((batch, file))
            if len(group) == _FILES_AT_ONCE:
                self._read_small(small.pop(file.header))
        for group in small.values():
            self._read_small(group)

    def read_text(self, batch: int, file: TextFile) -> None:
        """Read a text file, record by record if DuckDB does not account for all of its lines."""
        try:
            read = self.add(batch, text_relation(file, batch=batch))
        except _DAMAGED:
            self._read_damaged(batch, file)
            return
        read = replace(read, first_line=file.first_line)
        if not self._explains(read, file):
            self.remove(batch)
            self._read_damaged(batch, file)
            return
        if read.line_ends:
            self._number_lines(batch, read)
        self.done[batch] = read

    def read_parquets(self, files: Sequence[tuple[int, Path]]) -> None:
        """Read Parquet files, each given with the number of its batch."""
        small: dict[tuple[tuple[str, str], ...], dict[Path, int]] = {}
        for batch, path in files:
            columns = () if path.stat().st_size >= SMALL_BYTES else self._parquet_layout(path)
            if not columns or path in small.get(columns, {}):
                self.read_parquet(batch, path)
                continue
            group = small.setdefault(columns, {})
            group[path] = batch
            if len(group) == _FILES_AT_ONCE:
                self._read_small_parquet(small.pop(columns), columns)
        for columns, group in small.items():
            self._read_small_parquet(group, columns)

    def read_parquet(self, batch: int, path: Path) -> None:
        """Read a Parquet file; a row's line is its number."""
        try:
            rows, size = parquet_rows(self.con, path), path.stat().st_size
            if rows > _MANY_ROWS and rows > _MAX_ROWS_OF_A_BYTE * size:
                self.failed[batch] = f"has {rows:,} rows in {size:,} bytes; check what it is."
                return
            relation = parquet_relation({path: batch}, parquet_columns(self.con, path))
            self.done[batch] = self.add(batch, relation)
        except duckdb.Error as error:
            reason = str(error).strip().splitlines()[0]
            self.failed[batch] = f"cannot be read as Parquet ({reason}); write it again."

    def add(self, batch: int, relation: Relation) -> Read:
        """Insert a relation's rows and return what came in; on duckdb.Error nothing did."""
        return self._add([batch], relation)[batch]

    def _add(self, batches: Sequence[int], relation: Relation) -> dict[int, Read]:
        self.con.execute(self.insert(relation))
        return self._counts(batches)

    def remove(self, batch: int) -> None:
        """Take out what was read of a batch."""
        self.con.execute(f"DELETE FROM {self.table} WHERE _batch = {batch}")
        self.done.pop(batch, None)

    def _read_small(self, files: Sequence[tuple[int, TextFile]]) -> None:
        """Read files of one header together: a file costs DuckDB as much as hundreds of rows."""
        bundle = bundle_records(files, self.records_path(files[0][0]))
        self.con.execute(self.insert(text_relation(bundle.file, batch=None, has_lines=True)))
        bundle.file.path.unlink()
        reads = self._counts(list(bundle.counts))
        for batch, count in bundle.counts.items():
            if reads[batch].rows != count:
                self._fail_short(batch, reads[batch].rows, count)
            else:
                self.done[batch] = replace(reads[batch], unreadable=bundle.unreadable[batch])
            self.on_read(batch)

    def _parquet_layout(self, path: Path) -> tuple[tuple[str, str], ...]:
        """Return names and types of a file that may be read with others; () if it has to be alone."""
        try:
            is_small = parquet_rows(self.con, path) <= _MANY_ROWS
            return tuple(parquet_columns(self.con, path)) if is_small else ()
        except duckdb.Error:
            return ()

    def _read_small_parquet(
        self, group: Mapping[Path, int], columns: Sequence[tuple[str, str]]
    ) -> None:
        """Read Parquet files of the same columns together, in parts where any is damaged."""
        files = list(group.items())
        if len(files) == 1:
            ((path, batch),) = files
            self.read_parquet(batch, path)
            return
        try:
            self.done |= self._add(list(group.values()), parquet_relation(group, columns))
        except duckdb.Error:
            middle = len(files) // 2
            self._read_small_parquet(dict(files[:middle]), columns)
            self._read_small_parquet(dict(files[middle:]), columns)

    def _explains(self, read: Read, file: TextFile) -> bool:
        """Say whether the rows that were read account for every line of their file."""
        lines = max(0, file.last_line - file.first_line + 1)
        is_gapless = read.last_rowid - read.first_rowid + 1 == read.rows
        if read.rows + read.line_ends != lines or not is_gapless:
            return False
        if len(file.header) == 1:
            # There DuckDB takes an empty line for a row.
            return False
        if not (file.has_quotes and read.rows):
            return True
        # Where the file was cut off within quotes, DuckDB reads the open value as an empty one.
        query = f"SELECT _nl FROM {self.table} WHERE rowid = {read.last_rowid}"
        (line_ends,) = self.con.execute(query).fetchall()[0]
        return ends_whole(file, line_ends + 1)

    def _read_damaged(self, batch: int, file: TextFile) -> None:
        try:
            self.read_rewritten(batch, rewrite_records(file, self.records_path(batch)))
        except UnreadableFileError as error:
            self.failed[batch] = str(error)

    def records_path(self, batch: int) -> Path:
        """Return where the records of a batch are written before they are read."""
        return self.scratch / f"{self.table}-{batch}.records"

    def take_rewritten(self, batch: int, rewritten: Rewritten) -> None:
        """Read records that were written with their lines; few of them wait for others."""
        if not rewritten.file.is_small:
            self.read_rewritten(batch, rewritten)
            return
        header = rewritten.file.header
        group = self._rewritten.setdefault(header, {})
        group[batch] = rewritten
        if len(group) == _FILES_AT_ONCE:
            self._read_small_rewritten(self._rewritten.pop(header))

    def read_waiting(self) -> None:
        """Read the records that wait for others."""
        while self._rewritten:
            _, group = self._rewritten.popitem()
            self._read_small_rewritten(group)

    def _read_small_rewritten(self, group: Mapping[int, Rewritten]) -> None:
        """Read records of one header together, or each file's alone if any is damaged."""
        batches = {rewritten.file.path: batch for batch, rewritten in group.items()}
        file = next(iter(group.values())).file
        try:
            reads = self._add(list(group), text_relation(file, batch=batches, has_lines=True))
        except _DAMAGED:
            for batch, rewritten in group.items():
                self.read_rewritten(batch, rewritten)
            return
        for batch, rewritten in group.items():
            rewritten.file.path.unlink()
            self._note_rewritten(batch, rewritten, reads[batch])

    def read_rewritten(self, batch: int, rewritten: Rewritten) -> None:
        """Read records that were written with their lines, and remove their file."""
        try:
            read = self.add(batch, text_relation(rewritten.file, batch=batch, has_lines=True))
        except _DAMAGED as error:
            self.failed[batch] = f"cannot be read ({str(error).splitlines()[0]}); write it again."
            return
        finally:
            rewritten.file.path.unlink()
        self._note_rewritten(batch, rewritten, read)

    def _note_rewritten(self, batch: int, rewritten: Rewritten, read: Read) -> None:
        if read.rows != rewritten.count:
            self._fail_short(batch, read.rows, rewritten.count)
            return
        self.done[batch] = replace(
            read, unreadable=rewritten.unreadable, has_lines=rewritten.has_lines
        )

    def _fail_short(self, batch: int, rows: int, wanted: int) -> None:
        self.remove(batch)
        self.failed[batch] = f"gives {rows} of {wanted} rows when read; write it again."

    def _counts(self, batches: Sequence[int]) -> dict[int, Read]:
        """Return rows, line ends and first row of the batches that the last INSERT brought."""
        found = self.con.execute(
            "SELECT _batch, count(*), coalesce(sum(_nl), 0), min(rowid), max(rowid) "
            f"FROM {self.table} WHERE rowid >= {self._next_rowid} GROUP BY _batch"
        ).fetchall()
        counts = dict.fromkeys(batches, Read())
        for batch, rows, line_ends, low, high in found:
            counts[batch] = Read(rows, int(line_ends), low, high)
            self._next_rowid = max(self._next_rowid, high + 1)
        return counts

    def _number_lines(self, batch: int, read: Read) -> None:
        self.con.execute(
            f"""
            UPDATE {self.table} SET _line = numbered.line
            FROM (
                SELECT
                    rowid AS id,
                    {read.first_line} + rowid - {read.first_rowid} + coalesce(
                        sum(_nl) OVER (
                            ORDER BY rowid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                        ), 0
                    ) AS line
                FROM {self.table}
                WHERE _batch = {batch}
            ) AS numbered
            WHERE {self.table}.rowid = numbered.id
            """
        )
