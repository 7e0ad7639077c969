"""Finds what lies in the landing folder."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evenkeel.contract import Contract
from evenkeel.errors import UsageError
from evenkeel.load.result import RefusedBatch

JSON_ENDINGS = (".json", ".json.gz", ".jsonl", ".jsonl.gz")
CONTRACT_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet", ".xlsx", *JSON_ENDINGS)
# Formats of other programs; a vendor's delimited text may end in anything else.
NOT_TEXT_ENDINGS = (".xls", ".zip", ".pdf", ".avro", ".orc")

# What `evenkeel simulate` writes of the organisation it made up lies beside the files: no data.
SIMULATED_TRUTH = "truth.json"
_CONTROL_SIGN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class LandedFile:
    """A file in the landing folder.

    Attributes
    ----------
    path
        Where it lies.
    name
        Its path relative to the landing folder, with / between folders.
    """

    path: Path
    name: str

    @property
    def folder(self) -> str:
        """Return the entity or vendor in whose folder it lies."""
        return self.name.split("/", 1)[0]

    @property
    def inner_name(self) -> str:
        """Return its path relative to that folder."""
        return self.name.split("/", 1)[1]

    @property
    def is_parquet(self) -> bool:
        """Say whether it is read as Parquet, by its ending."""
        return self.name.lower().endswith(".parquet")

    @property
    def is_json(self) -> bool:
        """Say whether it is read as JSON, by its ending."""
        return self.name.lower().endswith(JSON_ENDINGS)

    @property
    def is_sheet(self) -> bool:
        """Say whether it is read as a spreadsheet, by its ending."""
        return self.name.lower().endswith(".xlsx")

    @property
    def is_gzip(self) -> bool:
        """Say whether it is compressed text, by its ending."""
        return self.name.lower().endswith(".gz")

    @property
    def is_tabular(self) -> bool:
        """Say whether a mapping can read it."""
        return not self.name.lower().endswith(NOT_TEXT_ENDINGS)


@dataclass(frozen=True)
class Landing:
    """What the landing folder holds: files by entity or vendor, and what cannot be used."""

    files: tuple[LandedFile, ...]
    refused: tuple[RefusedBatch, ...]


def scan(landing: Path, contract: Contract, vendors: Iterable[str]) -> Landing:
    """List every file that a load could read, in byte order of the names.

    Parameters
    ----------
    landing
        The folder handed over. Names that begin with a dot are passed over.
    vendors
        Folders of mappings/.

    Raises
    ------
    UsageError
        If there is no such folder.
    """
    if not landing.is_dir():
        raise UsageError(f"The landing folder {landing} does not exist; make it or use --landing.")
    known = {entity.name for entity in contract} | set(vendors)
    root = landing.resolve()
    files: list[LandedFile] = []
    refused: list[RefusedBatch] = []
    for path in _visible(landing):
        if path.name == SIMULATED_TRUTH:
            continue
        problem = _misnamed(path.name) or _misplaced(path, root)
        if problem is None and not path.is_dir():
            problem = (
                "lies outside every entity's folder; move it to <landing>/<entity>/ "
                "or to the folder of a vendor that mappings/ knows."
            )
        elif problem is None and path.name not in known:
            near = difflib.get_close_matches(path.name, sorted(known), n=1)
            hint = f" (is {near[0]} meant?)" if near else ""
            problem = f"is neither an entity of the contract nor a vendor of mappings/{hint}; "
            problem += "rename the folder, or add its mapping."
        if problem:
            refused.append(RefusedBatch(_printable(path.name), _sentence(path.name, problem)))
            continue
        for inner in _files_below(path):
            name = inner.relative_to(landing).as_posix()
            problem = _misnamed(name) or _misplaced(inner, root)
            problem = problem or _unreadable(inner, name, contract)
            if problem:
                refused.append(RefusedBatch(_printable(name), _sentence(name, problem)))
            else:
                files.append(LandedFile(inner, name))
    return Landing(tuple(sorted(files, key=lambda f: f.name.encode())), tuple(refused))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _visible(folder: Path) -> list[Path]:
    return sorted((p for p in folder.iterdir() if not p.name.startswith(".")), key=os.fsencode)


def _files_below(folder: Path) -> Iterator[Path]:
    """Give files at any depth, and links to folders as they are (they are not followed)."""
    for path in _visible(folder):
        if path.is_dir() and not path.is_symlink():
            yield from _files_below(path)
        else:
            yield path


def _misplaced(path: Path, root: Path) -> str | None:
    if not path.is_symlink():
        return None
    try:
        is_inside = path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return "is a symbolic link that leads round in a circle; put the file itself there."
    if is_inside:
        return None
    return "is a symbolic link that leaves the landing folder; put the file itself there."


def _misnamed(name: str) -> str | None:
    if not _is_text(name):
        return "has a name that is not valid UTF-8; rename it."
    if _CONTROL_SIGN.search(name):
        return "has a name with a line end or another control sign; rename it."
    return None


def _unreadable(path: Path, name: str, contract: Contract) -> str | None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return f"cannot be read ({error.strerror}); correct its permissions or remove it."
    if not stat.S_ISREG(mode):
        return "is not a regular file; put the file itself there."
    if not os.access(path, os.R_OK):
        return "may not be read; correct its permissions or remove it."
    if name.split("/", 1)[0] in contract and not name.lower().endswith(CONTRACT_ENDINGS):
        return f"is not one of {', '.join(CONTRACT_ENDINGS)}; save it as one of them."
    return None


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(name: str) -> str:
    name = name.encode("utf-8", "backslashreplace").decode()
    return _CONTROL_SIGN.sub(lambda sign: repr(sign.group())[1:-1], name)


def _sentence(name: str, problem: str) -> str:
    return f"{_printable(name)} {problem}"
