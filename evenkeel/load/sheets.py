"""Reads a spreadsheet: one sheet, its first filled row the header, each row after it a record.

It is read by a process of its own, whose memory and time have limits: a small file may claim a
sheet of billions of cells, and the library that reads it would take the load down with it.
"""

from __future__ import annotations

import datetime
import json
import posixpath
import re
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from evenkeel.load.records import Record, Rewritten, Unreadable, record_file, write_records
from evenkeel.load.text import MAX_COLUMNS, UnreadableFileError, unique_names

MAX_MEMORY = 3_000_000_000
MAX_SECONDS = 900
# Excel's own sheets end at a million rows; what unpacks to more than this is none of them.
MAX_UNPACKED = 4_000_000_000
_SHEET = re.compile(r"(^|/)worksheets/[^/]+[.]xml$")
_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_MARK_BYTES = 16
_BLOCK = 1 << 20


def rewrite_sheet(source: Path, target: Path) -> Rewritten:
    """Write the rows of a spreadsheet as records with their row numbers.

    Raises
    ------
    UnreadableFileError
        If it is no spreadsheet, has no table or several, or needs more than it may.
    """
    _check_size(source)
    command = [sys.executable, "-m", "evenkeel.load.sheets", str(source), str(target)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 -- our own module
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise UnreadableFileError(
            f"cannot be read within {MAX_MEMORY:,} bytes and {MAX_SECONDS} seconds; save it as csv."
        ) from error
    if "problem" in found:
        raise UnreadableFileError(found["problem"])
    unreadable = tuple(Unreadable(line, problem) for line, problem in found["unreadable"])
    file = record_file(target, tuple(found["header"]))
    # A row of a sheet is no line that could be taken out of the archived file.
    return Rewritten(file, found["count"], unreadable, has_lines=False)


def _check_size(source: Path) -> None:
    try:
        with zipfile.ZipFile(source) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
    except Exception as error:
        # A damaged archive can raise nearly anything, of which no load may end.
        raise UnreadableFileError(f"is no spreadsheet ({error}); save it again.") from error
    if unpacked > MAX_UNPACKED:
        raise UnreadableFileError(
            f"unpacks to {unpacked:,} bytes, more than {MAX_UNPACKED:,}; save it as csv."
        )


def main(source: str, target: str) -> None:
    """Read a spreadsheet within the limits, and say on stdout what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    try:
        found = _rewrite(Path(source), Path(target))
    except UnreadableFileError as error:
        found = {"problem": str(error)}
    sys.stdout.write(json.dumps(found))


def _rewrite(source: Path, target: Path) -> dict[str, Any]:
    table = _only_table(source)
    rows = _filled_rows(table, _errors(source, table))
    try:
        _, names = next(rows)
    except StopIteration:
        raise UnreadableFileError("has no header; its first row must name the columns.") from None
    while names and not names[-1].strip():
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise UnreadableFileError(f"has over {MAX_COLUMNS} columns; check that it is a table.")
    header = unique_names([name.strip() for name in names])
    rewritten = write_records(record_file(source, header), _records(rows, len(header)), target)
    return {
        "header": header,
        "count": rewritten.count,
        "unreadable": [(one.line, one.problem) for one in rewritten.unreadable],
    }


def _only_table(source: Path) -> Any:
    """Return the one visible sheet that has rows."""
    import python_calamine

    try:
        workbook = python_calamine.load_workbook(str(source))
        sheets = [
            workbook.get_sheet_by_name(sheet.name)
            for sheet in workbook.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UnreadableFileError(f"is no spreadsheet ({reason}); save it again.") from error
    filled = [sheet for sheet in sheets if sheet.height]
    if len(filled) > 1:
        names = ", ".join(sheet.name for sheet in filled)
        raise UnreadableFileError(
            f"has several sheets with rows ({names}); save each as a file of its own."
        )
    if not filled:
        raise UnreadableFileError("has no header; its first row must name the columns.")
    return filled[0]


def _errors(source: Path, table: Any) -> dict[int, dict[int, str]]:
    """Return the errors of a sheet's formulas, such as #DIV/0!, by row and place in the row.

    The library gives them as empty cells, which they are not.
    """
    try:
        return _find_errors(source, table)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UnreadableFileError(f"is no spreadsheet ({reason}); save it again.") from error


def _find_errors(source: Path, table: Any) -> dict[int, dict[int, str]]:
    with zipfile.ZipFile(source) as packed:
        parts = [
            name
            for name in packed.namelist()
            if _SHEET.search(name) and _holds_errors(packed, name)
        ]
        if not parts:
            return {}
        part = _part_of(packed, table.name)
        if part is None:
            raise UnreadableFileError("has formulas with errors; mend them or save it as csv.")
        return _read_errors(packed, part, table.start[1]) if part in parts else {}


def _holds_errors(packed: zipfile.ZipFile, name: str) -> bool:
    """Say whether a cell of a part says that it is an error, without taking the part into memory."""
    before = b""
    with packed.open(name) as stream:
        while block := stream.read(_BLOCK):
            if _ERROR.search(before + block):
                return True
            before = block[-_MARK_BYTES:]
    return False


def _part_of(packed: zipfile.ZipFile, name: str) -> str | None:
    """Return which part of the workbook a sheet is, or None if it does not say so as usual."""
    try:
        book = _parsed(packed, "xl/workbook.xml")
        links = _parsed(packed, "xl/_rels/workbook.xml.rels")
        (sheet,) = [one for one in book.iter() if one.get("name") == name and _is(one, "sheet")]
        (link,) = [value for key, value in sheet.items() if key.endswith("}id")]
        (target,) = [one.attrib["Target"] for one in links if one.get("Id") == link]
    except (KeyError, ValueError, ElementTree.ParseError):
        return None
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _parsed(packed: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(packed.read(name))  # noqa: S314 -- within the limits of this process


def _read_errors(packed: zipfile.ZipFile, part: str, first: int) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    number = 0
    with packed.open(part) as stream:
        for _, row in ElementTree.iterparse(stream):  # noqa: S314 -- within the limits of this process
            if not _is(row, "row"):
                continue
            number = int(row.get("r") or number + 1)
            column = 0
            for cell in row:
                letters = re.match("[A-Z]+", cell.get("r", ""))
                column = _column(letters[0]) if letters else column + 1
                if cell.get("t") == "e":
                    text = next((one.text for one in cell if _is(one, "v")), None) or "#N/A"
                    found.setdefault(number, {})[column - 1 - first] = text
            row.clear()
    return found


def _is(element: ElementTree.Element, tag: str) -> bool:
    """Say whether an element is of a kind, whatever the edition of the format's name space."""
    return element.tag.rpartition("}")[2] == tag


def _column(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _filled_rows(
    sheet: Any, errors: Mapping[int, Mapping[int, str]]
) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that have any value, as texts, with their numbers in the sheet."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        values = [_text(value) for value in row]
        for place, error in errors.get(number, {}).items():
            # A cell may claim a place that the library does not see.
            if 0 <= place < len(values):
                values[place] = error
        if any(value.strip() for value in values):
            yield number, values


def _records(rows: Iterable[tuple[int, list[str]]], width: int) -> Iterator[Record]:
    for number, values in rows:
        if any(value.strip() for value in values[width:]):
            yield Record(number, problem=f"has values beyond its {width} columns")
        else:
            yield Record(number, tuple(values[:width]))


def _text(value: object) -> str:
    """Return a cell's value as the contract writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            # A sheet knows no whole numbers: an id of up to 15 digits keeps all of them.
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime.datetime():
            return value.isoformat(sep=" ")
        case datetime.timedelta():
            return _text(value.total_seconds())
        case datetime.time():
            return value.isoformat()
        case _:
            return str(value)


if __name__ == "__main__":
    main(*sys.argv[1:])
