"""Takes landed files in: one copy of each content, read from there and kept in the archive."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from evenkeel.load.disk import move_all
from evenkeel.load.landing import LandedFile, hash_file
from evenkeel.load.layout import Store
from evenkeel.load.redact import redact
from evenkeel.load.result import BatchError


@dataclass
class Intake:
    """The landed files of a load.

    Attributes
    ----------
    personal
        Lines that must not reach the archive, by content hash; None for all of a file.
    """

    store: Store
    personal: dict[str, set[int] | None] = field(default_factory=dict)
    _hashes: dict[str, str] = field(default_factory=dict)
    _stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    _copied: set[str] = field(default_factory=set)

    def hash(self, file: LandedFile) -> str:
        """Return the SHA-256 of a landed file, as it was when first asked for."""
        if file.name not in self._hashes:
            self._stamps[file.name] = _stamp(file.path)
            self._hashes[file.name] = hash_file(file.path)
        return self._hashes[file.name]

    def copy(self, file: LandedFile) -> Path:
        """Return a copy of a landed file that nobody else writes to.

        Raises
        ------
        BatchError
            If the file is no longer the one that was found.
        """
        content_hash = self.hash(file)
        target = self.store.copies / content_hash
        if content_hash not in self._copied:
            shutil.copyfile(file.path, target)
            if _stamp(file.path) != self._stamps[file.name]:
                target.unlink()
                raise BatchError(f"{file.name} is still being written; load it when it is whole.")
            self._copied.add(content_hash)
        return target

    def text_path(self, file: LandedFile) -> Path:
        """Return where the file goes if it has to be rewritten to be read."""
        return self.store.texts / self.hash(file)

    def keep_out(self, content_hash: str, line: int | None) -> None:
        """Note a line, or all of a file (None), that the archive must not have."""
        lines = self.personal.setdefault(content_hash, set())
        if line is None or lines is None:
            self.personal[content_hash] = None
        else:
            lines.add(line)

    def archive(self, con: duckdb.DuckDBPyConnection, hashes: set[str]) -> None:
        """Put the files of these hashes into the archive, without what must stay out of it."""
        moves = []
        for content_hash in sorted(hashes | set(self.personal)):
            place = self.store.archive(content_hash)
            copy = self.store.copies / content_hash
            lines = self.personal.get(content_hash, set())
            if lines is None:
                place.unlink(missing_ok=True)
                continue
            # What an earlier load took out of the archive stays out of it.
            kept = place if place.is_file() else copy
            if kept is copy and content_hash not in hashes:
                # It was refused whole.
                continue
            if lines and kept.is_file():
                redact(con, kept, lines, self.store.work)
            if kept is copy and copy.is_file():
                moves.append((copy, place))
        move_all(moves)


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file is written to."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns
