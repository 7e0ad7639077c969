"""Rows of landed files as SELECTs, of one file or of several that are alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from evenkeel.load import sql
from evenkeel.load.text import TextFile, unique_names

# A record of MAX_RECORD_BYTES may grow when it is rewritten: a nested number 7 times.
_MAX_REWRITTEN_BYTES = 16_000_000
# Types whose values, as text, have no space at their edges and never say that they are missing.
_TYPED = re.compile(r"(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|DATE|TIMESTAMP.*)$")
# The column of the path of each row's file; no column of a delivery is likely to have the name.
_PATH = "_path_of_landed_file"
# What every table that files are read into begins with: `_nl` counts line ends inside a row.
# `_line` and `_file` are NULL where they follow from the row's place and from its batch.
LINE_COLUMNS = (
    ("_batch", "INTEGER"),
    ("_nl", "INTEGER"),
    ("_line", "BIGINT"),
    ("_file", "VARCHAR"),
)


@dataclass(frozen=True)
class Relation:
    """Rows to be inserted: the `LINE_COLUMNS`, then c0, c1, ..., text but for those of `kinds`.

    Attributes
    ----------
    query
        A SELECT.
    header
        Names of c0, c1, ...
    is_plain
        Whether the plain space is the only white space that a value may have at its edges.
    kinds
        SQL types of those of c0, c1, ... that are no text: these have no space at their edges and
        never say that they are missing.
    """

    query: str
    header: tuple[str, ...]
    is_plain: bool = False
    kinds: Mapping[str, str] = field(default_factory=dict)


def text_relation(
    file: TextFile, *, batch: int | Mapping[Path, int] | None, has_lines: bool = False
) -> Relation:
    """Return the rows of a text file, or of several that are alike.

    Parameters
    ----------
    batch
        None if the first column says of which batch a row is; the batch of each of several files.
    has_lines
        The first column, or the one after the batch, is the line, and the rest are the header's.
    """
    columns = [f"c{index}" for index in range(len(file.header))]
    before = [*(["batch"] if batch is None else []), *(["line"] if has_lines else [])]
    batches: Mapping[Path, int | None] = (
        dict(batch) if isinstance(batch, Mapping) else {file.path: batch}
    )
    number = "CAST(batch AS INTEGER)" if batch is None else _batch_of(batches)
    newline = sql.text("\n")
    line_ends = " + ".join(
        f"CASE WHEN contains({c}, {newline}) THEN len({c}) - len(replace({c}, {newline}, '')) "
        "ELSE 0 END"
        for c in columns
    )
    # A short row is filled up with NULL; that and line ends inside quotes want one thread.
    query = f"""
        SELECT
            {number} AS _batch,
            {line_ends if file.has_quotes and not has_lines else "0"} AS _nl,
            {"CAST(line AS BIGINT)" if has_lines else "CAST(NULL AS BIGINT)"} AS _line,
            CAST(NULL AS VARCHAR) AS _file,
            {", ".join(columns)}
        FROM read_csv(
            [{", ".join(map(sql.file, batches))}], filename = {sql.text(_PATH)},
            auto_detect = false, header = true, skip = {file.blank_lines},
            delim = {sql.text(file.delimiter)}, quote = '"', escape = '"', comment = '',
            null_padding = true, parallel = {"false" if file.has_quotes else "true"},
            columns = {{{", ".join(f"'{c}': 'VARCHAR'" for c in (*before, *columns))}}}
            {f", max_line_size = {_MAX_REWRITTEN_BYTES}" if has_lines else ""}
        )
    """
    return Relation(query, file.header, not (file.has_quotes or file.has_odd_spaces))


def parquet_header(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, ...]:
    """Return the names of a Parquet file's columns as they are."""
    return tuple(name for name, _ in parquet_columns(con, path))


def parquet_columns(con: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    """Return names and types of a Parquet file's columns."""
    rows = con.execute(f"DESCRIBE SELECT * FROM read_parquet({sql.file(path)})").fetchall()
    return [(row[0], row[1]) for row in rows]


def parquet_rows(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Return how many rows a Parquet file says that it has."""
    query = f"SELECT num_rows FROM parquet_file_metadata({sql.file(path)})"
    return int(con.execute(query).fetchall()[0][0])


def parquet_relation(batches: Mapping[Path, int], header: Sequence[tuple[str, str]]) -> Relation:
    """Return the rows of Parquet files with their batches; names and types of all are given."""
    kinds = {f"c{index}": kind for index, (_, kind) in enumerate(header) if _TYPED.match(kind)}
    columns = "".join(
        f", {sql.name(name) if f'c{index}' in kinds else f'CAST({sql.name(name)} AS VARCHAR)'} AS c{index}"
        for index, (name, _) in enumerate(header)
    )
    paths = ", ".join(map(sql.file, batches))
    query = f"""
        SELECT
            {_batch_of(batches)} AS _batch, 0 AS _nl,
            file_row_number + 1 AS _line, NULL AS _file{columns}
        FROM read_parquet([{paths}], filename = {sql.text(_PATH)}, file_row_number = true)
    """
    names = unique_names([name.strip() for name, _ in header])
    return Relation(query, names, kinds=kinds)


def _batch_of(batches: Mapping[Path, int | None]) -> str:
    """Return the SQL of the batch to which the file of a row belongs."""
    numbers = list(batches.values())
    if len(numbers) == 1:
        return f"{numbers[0]}"
    paths = ", ".join(sql.text(str(path)) for path in batches)
    # The path is the same for all rows of a vector, so it is looked up once for thousands.
    return f"{numbers}[list_position([{paths}], {_PATH})]"
