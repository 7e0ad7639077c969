"""Finds the mappings, and renders each to the one SELECT that it is."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from evenkeel.contract import Contract
from evenkeel.errors import UsageError
from evenkeel.load.landing import LandedFile


class MappingError(Exception):
    """A mapping that cannot be used, in words that follow its name."""


@dataclass(frozen=True)
class Source:
    """One `source_file(...)` of a mapping.

    Attributes
    ----------
    glob
        Pattern of names relative to the vendor's landing folder; `*` also crosses folders.
    optional
        Columns that are NULL where no file of the pattern has them.
    is_personal
        Whether its files say who answered an employee survey, so that the archive must not have them.
    view
        Name under which the mapping's SQL reads it.
    """

    glob: str
    optional: tuple[str, ...]
    is_personal: bool
    view: str

    def matches(self, file: LandedFile) -> bool:
        """Say whether a landed file belongs to this source."""
        return file.is_tabular and fnmatchcase(file.inner_name, self.glob)


@dataclass(frozen=True)
class Mapping:
    """One file of mappings/<vendor>/, which gives the rows of one entity."""

    vendor: str
    entity: str
    path: Path
    text: str

    @property
    def name(self) -> str:
        """Return how messages call it."""
        return f"mappings/{self.vendor}/{self.entity}.sql"

    @property
    def text_hash(self) -> str:
        """Return the SHA-256 of its text: a changed mapping reads its files again."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Rendered:
    """A mapping's SQL and the sources that it reads, the first of which is its primary one."""

    sql: str
    sources: tuple[Source, ...]


def find_mappings(folder: Path, contract: Contract) -> dict[str, tuple[Mapping, ...]]:
    """Return the mappings of each vendor, by vendor and in byte order of the names.

    Raises
    ------
    UsageError
        If a mapping is not named for an entity, or its file cannot be read.
    """
    found: dict[str, list[Mapping]] = {}
    for path in sorted(folder.glob("*/*.sql")):
        entity = path.stem
        if path.parent.name in contract:
            raise UsageError(
                f"{path}: the vendor is named like the entity {path.parent.name}, whose files have "
                "the contract's own layout; give the folder another name."
            )
        if entity not in contract:
            near = difflib.get_close_matches(entity, [e.name for e in contract], n=1, cutoff=0.0)
            raise UsageError(
                f"{path}: {entity} is no entity of the contract; name the file {near[0]}.sql "
                "or as the entity that it gives."
            )
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} cannot be read ({error}); save it as UTF-8.") from error
        vendor = path.parent.name
        found.setdefault(vendor, []).append(Mapping(vendor, entity, path, text))
    return {vendor: tuple(mappings) for vendor, mappings in found.items()}


def render(mapping: Mapping, con: duckdb.DuckDBPyConnection) -> Rendered:
    """Fill in the views that a mapping reads, and check that it is one SELECT.

    Raises
    ------
    MappingError
        If it is not.
    """
    sources: dict[str, Source] = {}

    def source_file(glob: str, optional: Sequence[str] = (), personal: bool = False) -> str:
        known = sources.get(glob)
        is_personal = personal or bool(known and known.is_personal)
        view = known.view if known else f"landed_source_{len(sources) + 1}"
        columns = (*(known.optional if known else ()), *optional)
        sources[glob] = Source(glob, tuple(dict.fromkeys(columns)), is_personal, view)
        return view

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    try:
        sql = environment.from_string(mapping.text).render(source_file=source_file)
        statements = con.extract_statements(sql)
    except (TemplateError, TypeError) as error:
        raise MappingError(f"is no valid template ({error})") from error
    except duckdb.Error as error:
        raise MappingError(f"is no valid SQL ({first_line(error)})") from error
    if [str(s.type) for s in statements] != ["StatementType.SELECT"]:
        raise MappingError("must be one SELECT")
    if not sources:
        raise MappingError("reads no file; write it over {{ source_file('<pattern>') }}")
    return Rendered(statements[0].query.rstrip().rstrip(";"), tuple(sources.values()))


def first_line(error: Exception) -> str:
    """Return the first line of an engine's message."""
    return str(error).strip().splitlines()[0]


def find_unused(
    files: Sequence[LandedFile], rendered: Dictionary[str, Sequence[Rendered]]
) -> tuple[str, ...]:
    """Return the names of vendors' files that no source of their vendor's mappings matches."""
    return tuple(
        file.name
        for file in files
        if file.folder in rendered
        and not any(s.matches(file) for r in rendered[file.folder] for s in r.sources)
    )
