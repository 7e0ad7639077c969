"""The fast reader and the careful one agree on every text, however damaged."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evenkeel.load import sql
from evenkeel.load.reading import Reader
from evenkeel.load.records import read_records
from evenkeel.load.relations import LINE_COLUMNS
from evenkeel.load.text import TextFile, UnreadableFileError, prepare_text

Row = tuple[int, tuple[str | None, ...]]
# No piece puts a space beside a quote: both readers forgive that, each in its own way.
PIECES = st.sampled_from(
    ["a", "b c", '"', '""', ",", ",", ',"', '",', "\n", "\n", "\r\n", "\r", "é", "\0"]
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def read_fast(con: duckdb.DuckDBPyConnection, file: TextFile, scratch: Path) -> list[Row]:
    """Read a file as a load does, with the lines of its rows and of what it lost."""
    columns = [(f"c{index}", "VARCHAR") for index in range(len(file.header))]
    con.execute(f"CREATE OR REPLACE TABLE read ({sql.ddl((*LINE_COLUMNS, *columns))})")
    reader = Reader(con, "read", lambda relation: f"INSERT INTO read {relation.query}", scratch)
    reader.read_text(0, file)
    assert reader.failed == {}
    done = reader.done[0]
    names = ", ".join(name for name, _ in columns)
    rows = con.execute(
        f"SELECT coalesce(_line, rowid + {done.line_offset}), {names} FROM read"
    ).fetchall()
    lost: list[Row] = [(record.line, ("lost",)) for record in done.unreadable]
    return sorted([(line, tuple(values)) for line, *values in rows] + lost)


def read_carefully(file: TextFile) -> list[Row]:
    rows: list[Row] = []
    for record in read_records(file):
        if record.problem:
            rows.append((record.line, ("lost",)))
        else:
            missing = (None,) * (len(file.header) - len(record.values))
            rows.append((record.line, tuple(value or None for value in record.values) + missing))
    return sorted(rows)


def prepared(folder: Path, data: bytes) -> TextFile | None:
    path = folder / "text.csv"
    path.write_bytes(data)
    try:
        return prepare_text(path, folder / "text.rewritten")
    except UnreadableFileError:
        return None


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, max_size=40).map("".join))
def test_damaged_texts(con: duckdb.DuckDBPyConnection, body: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = prepared(Path(folder), f"x,y,z\n{body}".encode())
        assert file is not None
        assert read_fast(con, file, Path(folder)) == read_carefully(file)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=60))
@example(b"id\n1\n\n2\n")
def test_any_bytes_are_read_or_refused(con: duckdb.DuckDBPyConnection, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = prepared(Path(folder), data)
        if file is not None:
            assert read_fast(con, file, Path(folder)) == read_carefully(file)


def test_a_line_without_end_is_not_taken_into_memory(tmp_path: Path) -> None:
    body = b"1,2\n" + b"x" * 5_000_000 + b"\n3,4\n" + b'"' + b"y" * 5_000_000
    file = prepared(tmp_path, b"a,b\n" + body)
    assert file is not None
    found = [(record.line, record.values, record.problem) for record in read_records(file)]
    long = "is longer than 1,900,000 bytes"
    assert found == [
        (2, ("1", "2"), None),
        (3, (), long),
        (4, ("3", "4"), None),
        (5, (), long),
    ]


@pytest.mark.parametrize("damage", ["", "\n\n"])
def test_space_around_quotes_is_forgiven(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, damage: str
) -> None:
    file = prepared(tmp_path, f'x,y,z\n"a" ,"b, c",d\na, "b","c"\n{damage}e,f,g\n'.encode())
    assert file is not None
    assert [values for _, values in read_fast(con, file, tmp_path)] == [
        ("a", "b, c", "d"),
        ("a", "b", "c"),
        ("e", "f", "g"),
    ]
