"""What a load tells its caller."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class RefusedBatch:
    """A file (or folder, or mapping) of which nothing was accepted, and what to do about it."""

    file: str
    sentence: str
    entity: str = ""


@dataclass(frozen=True)
class LoadResult:
    """What became of the files in the landing folder.

    Attributes
    ----------
    load
        Number of the load that was committed, or None if there was nothing new.
    files
        Landed files that this load accounts for.
    rows
        Sums over those files and over held rows judged again: rows_landed, rows_accepted,
        rows_quarantined, rows_duplicate, rows_held, values_blanked.
    refused_batches
        Batches refused whole; they are tried again at each load.
    unused
        Files of a vendor's folder that no mapping reads, relative to the landing folder.
    warnings
        What looks odd about batches that were loaded, a sentence each.
    """

    load: int | None
    files: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    refused_batches: tuple[RefusedBatch, ...] = ()
    unused: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[str, ...]:
        """Return a sentence for each batch refused whole."""
        return tuple(batch.sentence for batch in self.refused_batches)

    @property
    def exit_status(self) -> int:
        """Return 0, or 1 if a batch was refused."""
        return 1 if self.refused_batches else 0

    @property
    def summary(self) -> list[str]:
        """Return lines for a log, the last of which says it all; empty if nothing was new."""
        lines = [f"{name} is read by no mapping" for name in self.unused]
        if self.load is not None:
            counts = ", ".join(
                f"{self.rows[name]:,} {words}" for name, words in _WORDS if self.rows[name]
            )
            files = f"{self.files:,} new file{'' if self.files == 1 else 's'}"
            lines.append(f"load {self.load}: {files}; rows: {counts or 'none'}")
        return lines


_WORDS = (
    ("rows_landed", "landed"),
    ("rows_accepted", "accepted"),
    ("rows_quarantined", "refused"),
    ("rows_duplicate", "duplicate"),
    ("rows_held", "held"),
    ("values_blanked", "values blanked"),
)


class BatchError(Exception):
    """A batch that is refused whole; its text is one sentence for the user."""
