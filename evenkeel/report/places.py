"""Where reports lie, and what has been issued: every report says so itself, in its head."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

from evenkeel.errors import EvenkeelError

OVERVIEW = "overview"
META = "evenkeel-"
# Longest folder name that every file system takes, with room for the mark of a shortened one.
LONGEST = 200
# The head of a report ends before its style sheet; no more of it is read.
HEAD_BYTES = 16_384


@dataclass(frozen=True)
class Issued:
    """A report that lies in the folder, as its own head describes it."""

    report: str
    period: str
    period_name: str
    unit_id: str
    unit_name: str
    level: str
    parent_id: str
    language: str
    release: str
    title: str
    shows: str
    href: str


def folder_name(name: str) -> str:
    """Return a name that is safe as a folder: all but letters, digits and `_-.` is encoded.

    A leading point is encoded too, so that neither `..` nor a hidden folder can arise; a name
    that would be too long for a file system is cut and marked with its hash.
    """
    safe = "".join(
        char if re.fullmatch(r"[A-Za-z0-9_.-]", char) else _percent(char) for char in name
    )
    if safe.startswith("."):
        safe = "%2E" + safe[1:]
    if len(safe) > LONGEST:
        safe = f"{safe[:LONGEST]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return safe


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def report_path(reports: Path, report: str, period_key: str, unit_id: str, language: str) -> Path:
    """Return where the report of a unit lies."""
    folder = reports / report / folder_name(period_key) / folder_name(unit_id)
    return folder / f"{folder_name(language)}.html"


def sibling_address(unit_id: str, language: str) -> str:
    """Return the address of a unit's report, seen from another of the same month."""
    return f"../{quote(folder_name(unit_id))}/{quote(folder_name(language))}.html"


def write_once(path: Path, content: bytes) -> bool:
    """Write a report unless it was issued before; an issued report never changes.

    Returns
    -------
    bool
        Whether the file is new.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path, content)
    try:
        # A link, unlike a rename, never replaces what is there.
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True


def replace(path: Path, content: bytes) -> None:
    """Write a page that may change, so that a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _temporary(path, content).replace(path)


def clear_leftovers(reports: Path) -> None:
    """Remove what a killed run left; the home's lock says that nobody is writing it."""
    for path in reports.rglob(".*.html-*"):
        path.unlink()


def _temporary(path: Path, content: bytes) -> Path:
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def read_issued(reports: Path) -> Iterator[Issued]:
    """Yield every report below the folder, by its path.

    Raises
    ------
    EvenkeelError
        If a file in a report's place is no report.
    """
    for path in sorted(reports.glob("*/*/*/*.html")):
        with path.open("rb") as stream:
            head = _Head()
            head.feed(stream.read(HEAD_BYTES).decode("utf-8", errors="ignore"))
        try:
            yield Issued(
                report=head.meta["report"],
                period=head.meta["period"],
                period_name=head.meta["period-name"],
                unit_id=head.meta["unit"],
                unit_name=head.meta["unit-name"],
                level=head.meta["level"],
                parent_id=head.meta["parent"],
                language=head.language,
                release=head.meta["release"],
                title=head.meta["title"],
                shows=head.meta["shows"],
                href=quote(path.relative_to(reports).as_posix()),
            )
        except KeyError as error:
            raise EvenkeelError(
                f"{path} is not a report of evenkeel (its head lacks {error}); move it elsewhere."
            ) from error


class _Head(HTMLParser):
    """Collects the page's own description of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "meta" and name.startswith(META):
            self.meta[name.removeprefix(META)] = given.get("content") or ""
