"""Tells how far a load is, in bytes of the files that it has to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field


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
    _done: dict[tuple[str, bool], int] = field(default_factory=dict)

    def prepared(self, file: str) -> None:
        """Note that a file was looked through, or read in one go if it is no text."""
        self._note(file, is_read=False)

    def read(self, file: str) -> None:
        """Note that a file's rows are in."""
        self._note(file, is_read=True)

    def end(self) -> None:
        """Note that everything was read, whatever way it took."""
        total = sum(self.sizes.values())
        self._tell(total, total, "")

    def _note(self, file: str, *, is_read: bool) -> None:
        self._done[file, is_read] = self.sizes.get(file, 0)
        done = sum(self._done.values()) // 2
        self._tell(done, sum(self.sizes.values()), file)

    def _tell(self, done: int, total: int, file: str) -> None:
        if self.show is not None and total:
            # A closed terminal must not fail the load that it would have shown.
            with suppress(OSError):
                self.show(done, total, file)
