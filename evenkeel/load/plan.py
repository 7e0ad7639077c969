"""Decides which landed files are new, and what has to be read for each entity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from evenkeel.load import mappings
from evenkeel.load.landing import LandedFile
from evenkeel.load.ledger import Content, Ledger
from evenkeel.load.result import RefusedBatch

Hashes = Callable[[LandedFile], str]


@dataclass(frozen=True)
class MappedRun:
    """A mapping as this load runs it.

    Attributes
    ----------
    files
        The files of each source, those of one content once.
    """

    mapping: mappings.Mapping
    rendered: mappings.Rendered
    files: tuple[tuple[LandedFile, ...], ...]


@dataclass(frozen=True)
class Batch:
    """One landed file for one entity: a row of the accounting.

    Attributes
    ----------
    source
        The file to be read; None if there is nothing to read.
    run, primaries
        The mapping, and the files of its primary source that it is run on for this batch.
    repeats
        Bytes that came before, under another name: every row is a duplicate.
    repeated_rows
        How many rows they had, if an earlier load brought them.
    is_held
        Rows that an earlier load held, to be judged again.
    is_line_exact
        Whether its rows' lines are those of the file, and not numbers of a mapping's rows.
    """

    number: int
    entity: str
    file: str
    content_hash: str
    landed_load: int
    source: LandedFile | None = None
    run: MappedRun | None = None
    primaries: tuple[LandedFile, ...] = ()
    repeats: bool = False
    repeated_rows: int | None = None
    is_held: bool = False
    is_line_exact: bool = True
    mapping_hash: str | None = None

    @property
    def content(self) -> Content:
        """Return what makes two batches the same delivery."""
        return (self.entity, self.content_hash, self.mapping_hash)


@dataclass
class Plan:
    """What a load has to do.

    Attributes
    ----------
    batches
        The new batches of each entity, in byte order of their files.
    refused
        Mappings that cannot be used.
    unused
        Names of vendors' files that no mapping reads.
    """

    batches: dict[str, list[Batch]] = field(default_factory=dict)
    refused: list[RefusedBatch] = field(default_factory=list)
    unused: tuple[str, ...] = ()


@dataclass
class Planner:
    """Compares the landing folder with the ledger.

    Attributes
    ----------
    load
        Number that the load will have.
    hashes
        Gives the content hash of a landed file.
    """

    load: int
    ledger: Ledger
    hashes: Hashes
    plan: Plan = field(default_factory=Plan)
    _contents: set[Content] = field(default_factory=set)

    def add_contract_files(self, entity: str, files: Sequence[LandedFile]) -> None:
        """Plan the files in an entity's own folder."""
        for file in files:
            self._add(entity, file, None)

    def add_mapped_files(
        self, mapping: mappings.Mapping, rendered: mappings.Rendered, files: Sequence[LandedFile]
    ) -> None:
        """Plan the files of a vendor for one of its mappings.

        The mapping runs on each new file of its primary source. A new file of another source
        may change what the old ones give, so for it the mapping runs on all of those.
        """
        primary, *others = rendered.sources
        by_source = tuple(
            self._distinct(mapping, [f for f in files if s.matches(f)]) for s in rendered.sources
        )
        run = MappedRun(mapping, rendered, by_source)
        landed = [file for file in files if primary.matches(file)]
        new = {file.name for file in landed if self._is_new(mapping, file)}
        for file in landed:
            self._add(mapping.entity, file, run, (file,))
        old = tuple(file for file in by_source[0] if file.name not in new)
        for file in files:
            if not primary.matches(file) and any(source.matches(file) for source in others):
                ran = self._add(mapping.entity, file, run, old, is_primary=False)
                # One run on the old files serves all new files of the other sources.
                old = () if ran else old

    def _add(
        self,
        entity: str,
        file: LandedFile,
        run: MappedRun | None,
        primaries: tuple[LandedFile, ...] = (),
        *,
        is_primary: bool = True,
    ) -> bool:
        """Add a batch for a file unless it is known; return whether it has to be read."""
        mapping_hash = run.mapping.text_hash if run else None
        content_hash = self.hashes(file)
        content = (entity, content_hash, mapping_hash)
        if self.ledger.knows(content, file.name):
            return False
        batches = self.plan.batches.setdefault(entity, [])
        repeats = content in self.ledger.rows or content in self._contents
        self._contents.add(content)
        batches.append(
            Batch(
                number=len(batches),
                entity=entity,
                file=file.name,
                content_hash=content_hash,
                landed_load=self.load,
                source=file,
                run=run,
                primaries=primaries,
                repeats=repeats,
                repeated_rows=self.ledger.rows.get(content) if is_primary else 0,
                mapping_hash=mapping_hash,
            )
        )
        return not repeats

    def _is_new(self, mapping: mappings.Mapping, file: LandedFile) -> bool:
        content = (mapping.entity, self.hashes(file), mapping.text_hash)
        return not self.ledger.knows(content, file.name)

    def _distinct(
        self, mapping: mappings.Mapping, files: Sequence[LandedFile]
    ) -> tuple[LandedFile, ...]:
        """Return files of different content; a known name goes before a new one."""
        known_first = sorted(files, key=lambda file: self._is_new(mapping, file))
        by_content: dict[str, LandedFile] = {}
        for file in known_first:
            by_content.setdefault(self.hashes(file), file)
        return tuple(sorted(by_content.values(), key=lambda file: file.name.encode()))


def plan_load(
    load: int,
    ledger: Ledger,
    files: Sequence[LandedFile],
    rendered: Mapping[str, Sequence[tuple[mappings.Mapping, mappings.Rendered]]],
    hashes: Hashes,
) -> Plan:
    """Return what a load has to do.

    Parameters
    ----------
    files
        All landed files, in byte order of their names.
    rendered
        The usable mappings of each vendor.
    """
    planner = Planner(load, ledger, hashes)
    folders = dict.fromkeys(file.folder for file in files)
    for folder in folders:
        inside = [file for file in files if file.folder == folder]
        if folder in rendered:
            for mapping, ready in rendered[folder]:
                planner.add_mapped_files(mapping, ready, inside)
        else:
            planner.add_contract_files(folder, inside)
    return planner.plan
