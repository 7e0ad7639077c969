"""Tells how far a load is, in bytes of the files that it has to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property


@dataclass
class Progress:
    """Bytes done and bytes to do; a file counts half when prepared and half when read.

    Attributes
    ----------
    sizes
        Of the files to be read, by name.
    show
        Called with bytes done, bytes in all and the file at hand.
    """

    sizes: Mapping[str, int] = field(default_factory=dict)
    show: Callable[[int, int, str], None] | None = None
    _noted: set[tuple[str, bool]] = field(default_factory=set)
    _halves: int = 0

    @cached_property
    def total(self) -> int:
        """Return the bytes to be read in all."""
        return sum(self.sizes.values())

    def prepared(self, file: str) -> None:
        """Note that a file was looked through, or read in one go if it is no text."""
        self._note(file, is_read=False)

    def read(self, file: str) -> None:
        """Note that a file's rows are in."""
        self._note(file, is_read=True)

    def end(self) -> None:
        """Note that everything was read, whatever way it took."""
        self._tell(self.total, "")

    def _note(self, file: str, *, is_read: bool) -> None:
        if (file, is_read) not in self._noted:
            self._noted.add((file, is_read))
            self._halves += self.sizes.get(file, 0)
        self._tell(self._halves // 2, file)

    def _tell(self, done: int, file: str) -> None:
        if self.show is not None and self.total:
            # A closed terminal must not fail the load that it would have shown.
            with suppress(OSError):
                self.show(done, self.total, file)
