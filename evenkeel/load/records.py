"""Reads a damaged text file record by record, so that one bad line costs one row.

DuckDB's reader is many times faster, but on an unclosed quote it may drop the rest of a file
without a word. So it is used where its row count explains every line of the file, and this
reader everywhere else.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import TextIOBase
from pathlib import Path
from typing import NamedTuple

from evenkeel.load.text import TextFile, UnreadableFileError, check_room

# A record over more lines or bytes than these has a quote that was never closed.
MAX_RECORD_LINES = 1000
MAX_RECORD_BYTES = 1_900_000
# Each is remembered until the load ends; a file of more is no table.
MAX_UNREADABLE = 200_000
_MOST_BYTES_OF_A_SIGN = 4
_ROOM_IS_CHECKED_AFTER = 10_000
_TOO_LONG = f"is longer than {MAX_RECORD_BYTES:,} bytes"


class Record(NamedTuple):
    """One record: its values, or why it has none."""

    line: int
    values: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Unreadable:
    """A record that no row could be made of, and why."""

    line: int
    problem: str


def read_records(file: TextFile) -> Iterator[Record]:
    """Give the records after the header, in order; empty lines are none.

    A quote that is never closed costs its own line only: reading goes on at the next one.
    """
    with file.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as stream:
        lines = _Lines(stream)
        for _ in range(file.first_line - 1):
            lines.take()
        while line := lines.take():
            number = lines.number
            text = line.rstrip("\r\n")
            if text:
                yield _read_one(text, number, file, lines)


@dataclass(frozen=True)
class Rewritten:
    """A file that holds no surprises: its first column is the line number, the rest the header's.

    Attributes
    ----------
    count
        How many records it has.
    unreadable
        The records that could not be read.
    has_lines
        Whether the line numbers are those of the file it was made of.
    """

    file: TextFile
    count: int
    unreadable: tuple[Unreadable, ...]
    has_lines: bool = True


@dataclass
class Bundle:
    """Files of one header in one: its first columns are the batch and the line, the rest theirs.

    Attributes
    ----------
    counts, unreadable
        Of each batch.
    """

    file: TextFile
    counts: dict[int, int] = field(default_factory=dict)
    unreadable: dict[int, tuple[Unreadable, ...]] = field(default_factory=dict)


def rewrite_records(file: TextFile, target: Path) -> Rewritten:
    """Write the readable records of a text file with their line numbers.

    Raises
    ------
    UnreadableFileError
        If hardly any can be read, or the disk has no room for them; nothing stays written then.
    """
    with _long_values():
        return write_records(file, read_records(file), target)


def write_records(file: TextFile, records: Iterable[Record], target: Path) -> Rewritten:
    """Write records, whose values are those of the file's header, with their line numbers."""
    try:
        with target.open("w", encoding="utf-8", newline="") as stream:
            stream.write("line\n")
            count, unreadable = _write(records, stream, target)
    except UnreadableFileError:
        target.unlink()
        raise
    return Rewritten(_clean(file, target), count, unreadable)


def bundle_records(files: Sequence[tuple[int, TextFile]], target: Path) -> Bundle:
    """Write the readable records of small text files, given with their batches, to one file."""
    bundle = Bundle(_clean(files[0][1], target))
    with _long_values(), target.open("w", encoding="utf-8", newline="") as stream:
        stream.write("batch,line\n")
        for batch, file in files:
            written = _write(read_records(file), stream, target, (batch,))
            bundle.counts[batch], bundle.unreadable[batch] = written
    return bundle


def _write(
    records: Iterable[Record], stream: TextIOBase, target: Path, before: tuple[int, ...] = ()
) -> tuple[int, tuple[Unreadable, ...]]:
    """Write records and return how many there were, and those that cannot be read."""
    unreadable: list[Unreadable] = []
    count = 0
    writer = csv.writer(stream, lineterminator="\n")
    for line, values, problem in records:
        if problem is None:
            # What is missing at the end is filled up when it is read.
            writer.writerow((*before, line, *values))
            count += 1
            if count % _ROOM_IS_CHECKED_AFTER == 0:
                check_room(target, target.stat().st_size)
        elif len(unreadable) == MAX_UNREADABLE:
            raise UnreadableFileError(
                f"has over {MAX_UNREADABLE:,} lines that cannot be read; check what it is."
            )
        else:
            unreadable.append(Unreadable(line, problem))
    return count, tuple(unreadable)


def _clean(file: TextFile, target: Path) -> TextFile:
    return replace(file, path=target, delimiter=",", blank_lines=0, first_line=2, has_quotes=True)


@contextmanager
def _long_values() -> Iterator[None]:
    limit = csv.field_size_limit(MAX_RECORD_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def record_file(path: Path, header: tuple[str, ...]) -> TextFile:
    """Return how a file of records is read that `write_records` makes of what is no text."""
    return TextFile(
        path=path,
        delimiter=",",
        header=header,
        blank_lines=0,
        first_line=2,
        last_line=0,
        has_quotes=True,
        has_odd_spaces=True,
    )


def ends_whole(file: TextFile, lines: int) -> bool:
    """Say whether the last record, which takes so many lines, has all of its quotes closed."""
    with file.path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - MAX_RECORD_BYTES))
        tail = stream.read().decode("utf-8", "replace").rstrip("\r\n")
    text = "\n".join(tail.split("\n")[-lines:])
    return '"' not in text or _split(text, file.delimiter)[0] is not None


class _Lines:
    """The lines of a file, some of which may be given back; `number` is that of the last taken."""

    def __init__(self, stream: TextIOBase) -> None:
        self.number = 0
        self._stream = stream
        self._returned: list[str] = []

    def take(self) -> str:
        """Return the next line with its end, or an empty text; of a huge line only the start."""
        line = self._returned.pop() if self._returned else self._read()
        if line:
            self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        """Make lines that were read ahead the next ones again."""
        self._returned.extend(reversed(lines))
        self.number -= len(lines)

    def _read(self) -> str:
        line = self._stream.readline(MAX_RECORD_BYTES + 1)
        rest = line
        while len(rest) > MAX_RECORD_BYTES and not rest.endswith("\n"):
            rest = self._stream.readline(MAX_RECORD_BYTES + 1)
        return line


def _read_one(text: str, number: int, file: TextFile, lines: _Lines) -> Record:
    """Return the record that starts with a line, taking more lines while a quote is open."""
    if len(text) > MAX_RECORD_BYTES:
        return Record(number, problem=_TOO_LONG)
    if '"' not in text:
        return _record(number, text.split(file.delimiter), text, file)
    values, is_open = _split(text, file.delimiter)
    ahead: list[str] = []
    joined = text
    while is_open and len(ahead) < MAX_RECORD_LINES and len(joined) <= MAX_RECORD_BYTES:
        line = lines.take()
        if not line:
            break
        ahead.append(line)
        joined += "\n" + line.rstrip("\r\n")
        if '"' in line:
            values, is_open = _split(joined, file.delimiter)
    if values is None:
        lines.give_back(ahead)
        return Record(number, problem="has a quote that is not closed, or not at a value's edge")
    return _record(number, values, joined, file)


def _split(text: str, delimiter: str) -> tuple[list[str] | None, bool]:
    """Return the values of a record that has quotes, or None and whether a quote is still open."""
    try:
        return _parse(text, delimiter), False
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None, True
    # Space between a closing quote and the delimiter is forgiven, as is space before a quote.
    try:
        return _parse(re.sub(f'" +(?={re.escape(delimiter)}|$)', '"', text), delimiter), False
    except csv.Error:
        return None, False


def _parse(text: str, delimiter: str) -> list[str]:
    return next(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))


def _record(number: int, values: list[str], text: str, file: TextFile) -> Record:
    # Counting bytes takes time, and is needed only where there could be too many.
    may_be_long = len(text) * _MOST_BYTES_OF_A_SIGN > MAX_RECORD_BYTES
    if may_be_long and len(text.encode(errors="surrogateescape")) > MAX_RECORD_BYTES:
        return Record(number, problem=_TOO_LONG)
    if not _is_unicode(text):
        return Record(number, problem="has bytes that are not in the encoding of the file")
    width = len(file.header)
    if any(value.strip() for value in values[width:]):
        return Record(number, problem=f"has {len(values)} values for {width} columns")
    return Record(number, tuple(values[:width] if len(values) > width else values))


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
