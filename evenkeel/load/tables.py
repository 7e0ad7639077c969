"""The working tables of one entity: its rows, its batches, and what was decided on each row."""

from __future__ import annotations

from dataclasses import dataclass

# A row without an outcome is accepted. `is_known`: its content was accepted by an earlier load.
OUTCOME_COLUMNS = (
    ("id", "BIGINT"),
    ("outcome", "VARCHAR"),
    ("is_known", "BOOLEAN"),
    ("is_redelivery", "BOOLEAN"),
)
BATCH_COLUMNS = (
    ("number", "INTEGER"),
    ("file", "VARCHAR"),
    ("content_hash", "VARCHAR"),
    ("mapping_hash", "VARCHAR"),
    ("landed_load", "INTEGER"),
    ("repeats", "BOOLEAN"),
    ("line_offset", "BIGINT"),
    ("is_line_exact", "BOOLEAN"),
)
# Where a row lies, for a query in which `row` and `batch` are joined.
FILE = "coalesce(row._file, batch.file)"
LINE = "coalesce(row._line, row.rowid + batch.line_offset)"


@dataclass(frozen=True)
class Tables:
    """Names of the working tables of one entity."""

    rows: str = "rows_read"
    batches: str = "batches_read"
    outcome: str = "outcome"
    problems: str = "problems"

    @property
    def placed(self) -> str:
        """Return the rows with their batches, as `row` and `batch`."""
        return f"{self.rows} AS row INNER JOIN {self.batches} AS batch ON row._batch = batch.number"
