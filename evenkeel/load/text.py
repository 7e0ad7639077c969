"""Makes a landed text file readable: UTF-8, one kind of line end, a known delimiter and header."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import math
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 2000
# What unpacks to more than the first of these must not have grown more than so many times, and
# whatever is written beyond it must leave so much room on the disk.
LARGE_BYTES = 1_000_000_000
MAX_GROWTH = 200
RESERVED_BYTES = 1_000_000_000
# Smaller files are read together.
SMALL_BYTES = 1 << 20
# White space that is cut off the edges of a value, besides the plain space.
ODD_SPACES = ("\t", "\u00a0", "\u3000", "\u200b", "\ufeff")
_BLOCK = 1 << 22
_HEAD = 1 << 20
_RUN = re.compile(rb"[\x80-\xff]+")
_RUN_IN_WORD = re.compile(rb"[A-Za-z][\x80-\xff]+|[\x80-\xff]+[A-Za-z]")


class UnreadableFileError(Exception):
    """A file of which no row can be read, in words that follow its name."""


@dataclass(frozen=True)
class TextFile:
    """A delimited text file, ready to be read.

    Attributes
    ----------
    path
        A file in UTF-8 (save for single wrong bytes) whose lines all end in LF, or all in CRLF.
    header
        Names of the columns, without the space around them, made unique.
    blank_lines
        Empty lines before the header.
    first_line
        Number of the line after the header; the file's first line is 1.
    last_line
        Number of the last line that is not empty.
    has_quotes, has_odd_spaces
        Whether the file has any quote, and any white space but the plain space.
    """

    path: Path
    delimiter: str
    header: tuple[str, ...]
    blank_lines: int
    first_line: int
    last_line: int
    has_quotes: bool
    has_odd_spaces: bool

    @property
    def is_small(self) -> bool:
        """Say whether it is read together with others of the same header."""
        return self.path.stat().st_size < SMALL_BYTES


@dataclass(frozen=True)
class _Look:
    """What one pass over a file's bytes finds."""

    is_utf8: bool
    is_uniform: bool
    last_line: int
    has_quotes: bool
    has_odd_spaces: bool


def prepare_text(
    source: Path, rewritten: Path, *, is_gzip: bool = False, known: frozenset[str] = frozenset()
) -> TextFile:
    """Find out how a file is written; rewrite it if DuckDB could not read it as it is.

    Parameters
    ----------
    source
        The landed bytes.
    rewritten
        Where to put the file if it has to be rewritten.
    known
        Names of columns, in lower case, that the header is likely to have.

    Raises
    ------
    UnreadableFileError
        If it is no text, or has no header.
    """
    path = unpack(source, rewritten) if is_gzip else source
    look = _inspect(path)
    encoding = "utf-8"
    if not look.is_utf8:
        with path.open("rb") as stream:
            encoding = _detect_encoding(_blocks(stream))
    if encoding != "utf-8" or not look.is_uniform:
        path = _rewrite(path, rewritten.with_suffix(".utf8"), encoding)
        look = _inspect(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD).decode("utf-8-sig", "replace")
    body = head.lstrip("\r\n")
    blank_lines = head[: len(head) - len(body)].count("\n")
    delimiter, header, header_lines = _read_header(body, known)
    return TextFile(
        path=path,
        delimiter=delimiter,
        header=header,
        blank_lines=blank_lines,
        first_line=blank_lines + header_lines + 1,
        last_line=look.last_line,
        has_quotes=look.has_quotes,
        has_odd_spaces=look.has_odd_spaces,
    )


def peek_header(path: Path, *, is_gzip: bool = False) -> tuple[str, ...]:
    """Return the names of a file's columns from its start alone.

    Raises
    ------
    UnreadableFileError
        If it has no header.
    """
    try:
        with gzip.open(path) if is_gzip else path.open("rb") as stream:
            start = stream.read(_HEAD)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFileError(f"cannot be unpacked ({error}); compress it again.") from error
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8-sig" if _decodes(decoder, start) else _detect_encoding([start])
    text = io.StringIO(start.decode(encoding, "replace"), newline=None).read()
    return _read_header(text.lstrip("\n"), frozenset())[1]


def unique_names(names: list[str]) -> tuple[str, ...]:
    """Name what has no name, and number what repeats; capitals make no difference to SQL."""
    taken: set[str] = set()
    unique = []
    for position, name in enumerate(names, start=1):
        plain = name or f"column_{position}"
        candidate, number = plain, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{plain}_{number}"
        taken.add(candidate.lower())
        unique.append(candidate)
    return tuple(unique)


def _blocks(stream: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def unpack(source: Path, target: Path) -> Path:
    """Write what a gzip file holds to another.

    Raises
    ------
    UnreadableFileError
        If it is damaged, or holds more than a file of its size should or than the disk has room
        for; nothing stays written then.
    """
    most = max(LARGE_BYTES, MAX_GROWTH * source.stat().st_size)
    written = 0
    try:
        with gzip.open(source) as packed, target.open("wb") as unpacked:
            for block in _blocks(packed):
                written += unpacked.write(block)
                check_room(target, written, most)
    except UnreadableFileError:
        target.unlink()
        raise
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        target.unlink()
        raise UnreadableFileError(
            f"cannot be unpacked ({error}); compress it again with gzip, or deliver it as it is."
        ) from error
    return target


def check_room(path: Path, written: int, most: float = math.inf) -> None:
    """Raise UnreadableFileError if a file grows beyond measure, or leaves its disk no room."""
    if written > most:
        raise UnreadableFileError(
            f"unpacks to over {most:,} bytes, more than {MAX_GROWTH} times its size; check what "
            "it is, or deliver it unpacked."
        )
    if written > LARGE_BYTES and shutil.disk_usage(path.parent).free < RESERVED_BYTES:
        raise UnreadableFileError(
            f"needs more than {written:,} bytes to be read, and the disk is nearly full; "
            "make room, or deliver it in parts."
        )


def _rewrite(source: Path, target: Path, encoding: str) -> Path:
    """Write a text as UTF-8 with plain line ends; nothing stays written if it cannot be."""
    # A wrong byte in a file that is otherwise UTF-8 stays: its row is refused, not the file.
    errors = "surrogateescape" if encoding == "utf-8" else "strict"
    try:
        with (
            source.open(encoding=encoding, errors=errors, newline=None) as text,
            target.open("w", encoding="utf-8", errors=errors, newline="\n") as out,
        ):
            while block := text.read(_BLOCK):
                out.write(block)
                check_room(target, target.stat().st_size)
    except UnreadableFileError:
        target.unlink()
        raise
    except UnicodeError as error:
        target.unlink()
        raise UnreadableFileError(f"is damaged {encoding.upper()}; save it as UTF-8.") from error
    return target


def _inspect(path: Path) -> _Look:
    decoder = codecs.getincrementaldecoder("utf-8")()
    odd = [space.encode() for space in ODD_SPACES]
    feeds = returns = pairs = last_line = 0
    has_quotes = has_odd_spaces = False
    is_utf8 = True
    before = b""
    with path.open("rb") as stream:
        for block in _blocks(stream):
            # Most files are plain ASCII, of which there is less to find out.
            is_ascii = block.isascii() and before.isascii()
            if not before:
                block = block.removeprefix(codecs.BOM_UTF8)
            filled = len(block)
            while filled and block[filled - 1] in b"\r\n":
                filled -= 1
            if filled:
                last_line = feeds + block.count(b"\n", 0, filled) + 1
            feeds += block.count(b"\n")
            returns += block.count(b"\r")
            # What lies across the border of two blocks is looked for there.
            border = before + block[:2]
            pairs += block.count(b"\r\n") + (before[-1:] == b"\r" and block[:1] == b"\n")
            has_quotes = has_quotes or b'"' in block
            sought = odd[:1] if is_ascii else odd
            has_odd_spaces = has_odd_spaces or any(s in block or s in border for s in sought)
            is_utf8 = is_utf8 and (is_ascii or _decodes(decoder, block))
            before = block[-2:]
    return _Look(
        is_utf8=is_utf8 and _decodes(decoder, b"", final=True),
        is_uniform=returns == pairs and pairs in (0, feeds),
        last_line=last_line,
        has_quotes=has_quotes,
        has_odd_spaces=has_odd_spaces,
    )


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _detect_encoding(blocks: Iterable[bytes]) -> str:
    """Tell apart what the contract allows, for a file that is not wholly valid UTF-8."""
    decoders = {
        name: codecs.getincrementaldecoder(name)() for name in ("gb18030", "cp1252", "latin-1")
    }
    utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    start = b""
    wrong = right = high = runs = in_words = 0
    for block in blocks:
        start = start or block[:3]
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        text = utf8.decode(block)
        bad = text.count("\ufffd")
        wrong += bad
        right += len(text) - len(text.encode("ascii", "ignore")) - bad
        found = _RUN.findall(block)
        high += sum(map(len, found))
        runs += len(found)
        in_words += len(_RUN_IN_WORD.findall(block))
        decoders = {name: d for name, d in decoders.items() if _decodes(d, block)}
    decoders = {name: d for name, d in decoders.items() if _decodes(d, b"", final=True)}
    if start == codecs.BOM_UTF8 or right > 10 * wrong:
        return "utf-8"
    # Chinese stands in runs of high bytes; an accented letter stands alone among plain ones.
    if "gb18030" in decoders and (high >= 3 * runs or 2 * in_words < runs):
        return "gb18030"
    return "cp1252" if "cp1252" in decoders else "latin-1"


def _read_header(body: str, known: frozenset[str]) -> tuple[str, tuple[str, ...], int]:
    """Return the delimiter, the names, and the number of lines that the header takes."""
    if len(body) > _HEAD // 2 and "\n" not in body:
        raise UnreadableFileError("has a first line of over 500 kB; check that it is a table.")
    best: tuple[int, int] = (-1, -1)
    found: tuple[str, tuple[str, ...], int] | None = None
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
        try:
            names = [name.strip().strip("\ufeff\u200b").strip() for name in next(reader)]
        except (csv.Error, StopIteration):
            continue
        score = (sum(1 for name in names if name.lower() in known), len(names))
        if score > best:
            best = score
            found = (delimiter, unique_names(names), reader.line_num)
    if found is None or not any(found[1]):
        raise UnreadableFileError("has no header; its first line must name the columns.")
    if len(found[1]) > MAX_COLUMNS:
        raise UnreadableFileError(
            f"has {len(found[1])} columns, more than {MAX_COLUMNS}; check its delimiter and quotes."
        )
    return found
