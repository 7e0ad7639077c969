"""Takes rows out of an archived file without moving the others to other lines."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from pathlib import Path

import duckdb

from evenkeel.load import sql
from evenkeel.load.records import read_records
from evenkeel.load.relations import parquet_header
from evenkeel.load.text import TextFile, prepare_text, unpack

_PARQUET = b"PAR1"
_GZIP = b"\x1f\x8b"
_HEAD = 1 << 16


def redact(con: duckdb.DuckDBPyConnection, path: Path, lines: set[int], scratch: Path) -> None:
    """Empty the rows that start on these lines, in place.

    Parameters
    ----------
    lines
        Line numbers of a text file, or row numbers of a Parquet file, from 1.
    scratch
        Folder for temporary files, on the same disk.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    target = scratch / "redacted"
    if start == _PARQUET:
        _redact_parquet(con, path, lines, target)
    else:
        _redact_text(path, lines, target, scratch / "plain", is_gzip=start.startswith(_GZIP))
    target.replace(path)


def _redact_parquet(
    con: duckdb.DuckDBPyConnection, path: Path, lines: set[int], target: Path
) -> None:
    numbers = ", ".join(str(line) for line in sorted(lines))
    columns = ", ".join(
        f"CASE WHEN file_row_number + 1 NOT IN ({numbers}) THEN {name} END AS {name}"
        for name in map(sql.name, parquet_header(con, path))
    )
    source = f"read_parquet({sql.file(path)}, file_row_number = true)"
    sql.write_parquet(con, f"SELECT {columns} FROM {source}", target)


def _redact_text(path: Path, lines: set[int], target: Path, plain: Path, *, is_gzip: bool) -> None:
    path = unpack(path, plain) if is_gzip else path
    with path.open("rb") as source:
        # A file of JSON has one object a line.
        has_objects = source.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{"
    emptied = lines
    if not has_objects:
        file = prepare_text(path, plain)
        path, emptied = file.path, _lines_of_records(file, lines)
    with path.open("rb") as source, target.open("wb") as out:
        for number, content in enumerate(source, start=1):
            out.write(b"\n" if number in emptied else content)


def _lines_of_records(file: TextFile, lines: set[int]) -> set[int]:
    """Return all lines of the records that start on these."""
    starts = [record.line for record in read_records(file)]
    found: set[int] = set()
    for line in lines:
        following = bisect_right(starts, line)
        end = starts[following] if following < len(starts) else file.last_line + 1
        found.update(range(line, end))
    return found
