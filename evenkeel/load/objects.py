"""Reads JSON: a file with one object a line, or one array of objects; each object is a row."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from evenkeel.load.records import Record, Rewritten, record_file, write_records
from evenkeel.load.text import MAX_COLUMNS, UnreadableFileError, unique_names

# An array has to be read as a whole; a file of lines may be as large as it likes.
MAX_ARRAY_BYTES = 200_000_000
MAX_LINE_BYTES = 1_900_000
_HEAD = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Numbers stay as they are written: an id keeps its digits, an amount its cents.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)

Numbered = tuple[int, dict[str, Any] | str]


def rewrite_objects(source: Path, target: Path, *, is_gzip: bool = False) -> Rewritten:
    """Write the objects of a JSON file as records with their line numbers.

    The columns are all names that any object has, in the order in which they first come. Nested
    values stay JSON. The line of an object in an array is its number, from 1.

    Raises
    ------
    UnreadableFileError
        If it holds no objects, or is an array that is too large or no valid JSON.
    """

    def objects() -> Iterator[Numbered]:
        with gzip.open(source) if is_gzip else source.open("rb") as stream:
            yield from _objects(stream.readline, stream.read)

    def is_array() -> bool:
        with gzip.open(source) if is_gzip else source.open("rb") as stream:
            return _is_array(stream.read(_HEAD))

    try:
        names: dict[str, None] = {}
        for _, content in objects():
            if isinstance(content, dict):
                names.update(dict.fromkeys(content))
                if len(names) > MAX_COLUMNS:
                    raise UnreadableFileError(
                        f"has over {MAX_COLUMNS} columns; check that it is a table."
                    )
        if not names:
            raise UnreadableFileError("holds no object; write one JSON object on each line.")
        header = unique_names([name.strip() for name in names])
        records = _records(objects(), list(names))
        rewritten = write_records(record_file(source, header), records, target)
        return replace(rewritten, has_lines=not is_array())
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFileError(
            f"cannot be unpacked ({error}); compress it again with gzip, or deliver it as it is."
        ) from error


def _objects(read_line: Callable[[int], bytes], read: Callable[[int], bytes]) -> Iterator[Numbered]:
    """Give each object, or the words for what is none, with its line or its number."""
    number, line = 1, read_line(MAX_LINE_BYTES + 1).removeprefix(_BYTE_ORDER_MARK)
    while line and not line.strip():
        number, line = number + 1, read_line(MAX_LINE_BYTES + 1)
    if _is_array(line):
        yield from _array(line + read(MAX_ARRAY_BYTES))
        return
    while line:
        if len(line) > MAX_LINE_BYTES:
            yield number, f"is longer than {MAX_LINE_BYTES:,} bytes"
            while line and not line.endswith(b"\n"):
                line = read_line(MAX_LINE_BYTES + 1)
        elif line.strip():
            yield number, _decoded(line)
        number, line = number + 1, read_line(MAX_LINE_BYTES + 1)


def _is_array(start: bytes) -> bool:
    return start.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"[")


def _array(data: bytes) -> Iterator[Numbered]:
    if len(data) > MAX_ARRAY_BYTES:
        raise UnreadableFileError(
            f"is one JSON array of over {MAX_ARRAY_BYTES:,} bytes; write one object on each line."
        )
    try:
        content = _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"is no valid JSON ({error}); write it again.") from error
    for number, item in enumerate(content, start=1):
        yield number, _row(item)


def _decoded(line: bytes) -> dict[str, Any] | str:
    try:
        content = _DECODER.decode(line.decode().strip())
    except (ValueError, RecursionError):
        return "is no valid JSON"
    return _row(content)


def _row(content: object) -> dict[str, Any] | str:
    if not isinstance(content, dict):
        return "is no JSON object"
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "has an escape that stands for no sign (half a pair)"
    return content


def _records(objects: Iterable[Numbered], names: list[str]) -> Iterator[Record]:
    for number, content in objects:
        if isinstance(content, str):
            yield Record(number, problem=content)
        else:
            values = tuple(_text(content.get(name)) for name in names)
            yield Record(number, values)


def _text(value: object) -> str:
    """Return a value as a delimited file would have it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)
