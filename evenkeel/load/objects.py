"""Reads JSON: a file with one object a line, or one array of objects; each object is a row."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from evenkeel.load.records import Record, Rewritten, record_file, write_records
from evenkeel.load.text import MAX_COLUMNS, UnreadableFileError, unique_names, unpack

MAX_LINE_BYTES = 1_900_000
_TOO_LONG = f"is longer than {MAX_LINE_BYTES:,} bytes"
_HEAD = 1 << 16
_BLOCK = 1 << 23
_SPACE = re.compile(r"[ \t\r\n]*")
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
        If it holds no objects, or is an array that is no valid JSON.
    """
    if not is_gzip:
        return _rewrite(source, target)
    plain = unpack(source, target.with_suffix(".json"))
    try:
        return _rewrite(plain, target)
    finally:
        plain.unlink()


def _rewrite(source: Path, target: Path) -> Rewritten:
    names: dict[str, None] = {}
    with source.open("rb") as stream:
        is_array = _is_array(stream.read(_HEAD))
        stream.seek(0)
        objects = _array(stream) if is_array else _lines(stream)
        rewritten = write_records(record_file(source, ()), _records(objects, names), target)
    if not names:
        target.unlink()
        raise UnreadableFileError("holds no object; write one JSON object on each line.")
    header = unique_names([name.strip() for name in names])
    file = replace(rewritten.file, header=header)
    return replace(rewritten, file=file, has_lines=not is_array)


def _lines(stream: BinaryIO) -> Iterator[Numbered]:
    """Give the object of each line, or the words for what is none, with the line's number."""
    number, line = 1, stream.readline(MAX_LINE_BYTES + 1).removeprefix(codecs.BOM_UTF8)
    while line:
        if len(line) > MAX_LINE_BYTES:
            yield number, _TOO_LONG
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE_BYTES + 1)
        elif line.strip():
            yield number, _decoded(line)
        number, line = number + 1, stream.readline(MAX_LINE_BYTES + 1)


def _decoded(line: bytes) -> dict[str, Any] | str:
    try:
        text = line.decode().strip()
        content, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return "is no valid JSON"
    if end < len(text):
        return "is no valid JSON"
    return _row(content, has_escapes="\\u" in text)


def _is_array(start: bytes) -> bool:
    return start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")


def _array(stream: BinaryIO) -> Iterator[Numbered]:
    """Give each object of an array, or the words for what is none, with its number.

    No more of the file than a block is in memory at a time.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    number, text, is_open, block = 0, "", False, b"["
    while block:
        block = stream.read(_BLOCK)
        try:
            text += decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise _invalid(number) from error
        if not (number or is_open):
            text = text.lstrip()[1:].lstrip()
            is_open = not text.startswith("]")
            text = text if is_open else text[1:]
        place = 0
        while is_open and (item := _next_item(text, place)):
            number += 1
            yield number, item.content
            place, is_open = item.end, not item.is_last
        text = text[place:]
        if text.strip() if not is_open else len(text) > _BLOCK or not block:
            raise _invalid(number)


class _Item(NamedTuple):
    content: dict[str, Any] | str
    end: int
    is_last: bool


def _next_item(text: str, place: int) -> _Item | None:
    """Return the next item of an array, unless the text ends before it does, or is not valid."""
    start = _skip_space(text, place)
    try:
        content, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    sign = _skip_space(text, end)
    if text[sign : sign + 1] not in (",", "]"):
        return None
    has_escapes = text.find("\\u", start, end) >= 0
    row = _TOO_LONG if end - start > MAX_LINE_BYTES else _row(content, has_escapes=has_escapes)
    return _Item(row, sign + 1, text[sign] == "]")


def _skip_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _invalid(number: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"is no valid JSON (after item {number} of its array); write it again."
    )


def _row(content: object, *, has_escapes: bool) -> dict[str, Any] | str:
    if not isinstance(content, dict):
        return "is no JSON object"
    if has_escapes:
        try:
            json.dumps(content, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return "has an escape that stands for no sign (half a pair)"
    return content


def _records(objects: Iterable[Numbered], names: dict[str, None]) -> Iterator[Record]:
    """Give a record for each object; the names that it brings are added to those known."""
    known = names.keys()
    for number, content in objects:
        if isinstance(content, str):
            yield Record(number, problem=content)
            continue
        if not content.keys() <= known:
            names.update(dict.fromkeys(content))
            if len(names) > MAX_COLUMNS:
                raise UnreadableFileError(
                    f"has over {MAX_COLUMNS} columns; check that it is a table."
                )
        values = map(content.get, names)
        # Calling a function for each value would take longer than decoding the line.
        texts = ["" if v is None else v if isinstance(v, str) else _text(v) for v in values]
        yield Record(number, tuple(texts))


def _text(value: object) -> str:
    """Return a value that is no text as a delimited file would have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
