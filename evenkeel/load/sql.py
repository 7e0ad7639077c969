"""Small helpers for putting SQL together, and the connection that a load works with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import duckdb

from evenkeel.errors import UsageError
from evenkeel.load.zones import local_to_utc_macro

# Beyond this a load spills to disk, whatever the size of its files.
MEMORY_LIMIT = "2GB"
_LITERAL_GLOB = {"[": "[[]", "*": "[*]", "?": "[?]"}


def text(value: str | None) -> str:
    """Return a SQL text literal."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """Return a quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def file(path: Path) -> str:
    """Return a SQL literal for one existing file, whatever signs of a pattern its path has."""
    return text("".join(_LITERAL_GLOB.get(sign, sign) for sign in str(path)))


def texts(values: Sequence[str]) -> str:
    """Return a SQL list of text literals, in brackets."""
    return "(" + ", ".join(text(value) for value in values) + ")"


def ddl(columns: Sequence[tuple[str, str]]) -> str:
    """Return column definitions from names and types."""
    return ", ".join(f"{name(column)} {kind}" for column, kind in columns)


def casts(columns: Sequence[tuple[str, str]], source: str = "") -> str:
    """Return a SELECT list that gives each column its type."""
    prefix = f"{source}." if source else ""
    return ", ".join(
        f"CAST({prefix}{name(column)} AS {kind}) AS {name(column)}" for column, kind in columns
    )


def count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Return the number of rows of a relation."""
    row = con.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0


def insert_rows(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[object]],
) -> None:
    """Insert Python rows in one statement; far faster than one by one."""
    if not rows:
        return
    values = {f"v{index}": list(column) for index, column in enumerate(zip(*rows, strict=True))}
    picks = ", ".join(
        f"CAST(unnest($v{index}) AS {kind}) AS {name(column)}"
        for index, (column, kind) in enumerate(columns)
    )
    con.execute(f"INSERT INTO {table} SELECT {picks}", values)


def write_parquet(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write a query's rows to a new Parquet file and return how many there were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Dictionaries of ids that hardly repeat would be made to be thrown away.
    options = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 2000"
    row = con.execute(f"COPY ({query}) TO {text(str(path))} ({options})").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def connect(spill: Path, time_zone: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working database of a load: in memory, spilling to a folder.

    Parameters
    ----------
    spill
        Folder for what does not fit into memory; removed at the end.
    time_zone
        Zone in which timestamps without an offset are read.
    """
    spill.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    try:
        # It would go to the standard output, between the lines of the load.
        con.execute("SET enable_progress_bar = false")
        try:
            con.execute(f"SET TimeZone = {text(time_zone)}")
            con.execute(local_to_utc_macro(time_zone))
        except (duckdb.Error, ZoneInfoNotFoundError) as error:
            raise UsageError(f"time_zone {time_zone!r} is not known; choose another.") from error
        yield con
    finally:
        con.close()
        shutil.rmtree(spill, ignore_errors=True)
