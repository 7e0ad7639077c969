"""What a load writes, and where: the columns of every file below the home."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evenkeel.contract import Entity

PERSON_KEYS = {"customer_id": "_customer_key", "employee_id": "_employee_key"}

ACCOUNTING = "load_accounting"
ACCOUNTING_COLUMNS = (
    ("entity", "VARCHAR"),
    ("file", "VARCHAR"),
    ("content_hash", "VARCHAR"),
    ("landed_load", "INTEGER"),
    ("rows_landed", "BIGINT"),
    ("rows_accepted", "BIGINT"),
    ("rows_quarantined", "BIGINT"),
    ("rows_duplicate", "BIGINT"),
    ("rows_held", "BIGINT"),
    ("values_blanked", "BIGINT"),
    ("source_rows", "BIGINT"),
    ("source_rows_unused", "BIGINT"),
    ("first_event_at", "TIMESTAMP"),
    ("last_event_at", "TIMESTAMP"),
    ("mapping_hash", "VARCHAR"),
    ("_load", "INTEGER"),
)
COUNTS = tuple(name for name, kind in ACCOUNTING_COLUMNS if kind == "BIGINT")

QUARANTINE_COLUMNS = (
    ("entity", "VARCHAR"),
    ("file", "VARCHAR"),
    ("line", "BIGINT"),
    ("column_name", "VARCHAR"),
    ("rule", "VARCHAR"),
    ("severity", "VARCHAR"),
    ("value", "VARCHAR"),
    ("sentence", "VARCHAR"),
    ("_load", "INTEGER"),
)

# What a held row keeps beside its columns: where it came from, so that its accounting can follow.
HELD_COLUMNS = (
    ("_delivered_load", "INTEGER"),
    ("_file", "VARCHAR"),
    ("_line", "BIGINT"),
    ("_batch_file", "VARCHAR"),
    ("_batch_hash", "VARCHAR"),
    ("_batch_mapping", "VARCHAR"),
    ("_is_line_exact", "BOOLEAN"),
)


def content_columns(entity: Entity) -> tuple[tuple[str, str], ...]:
    """Return name and SQL type of what a row says: the contract's columns and the unknown ones."""
    return (*((c.name, c.storage) for c in entity.delivered), ("_extra", "VARCHAR"))


def raw_columns(entity: Entity) -> tuple[tuple[str, str], ...]:
    """Return name and SQL type of the columns of raw/<load>/<entity>.parquet, in order."""
    names = {column.name for column in entity.columns}
    return (
        *content_columns(entity),
        ("_load", "INTEGER"),
        ("_delivered_load", "INTEGER"),
        ("_file", "VARCHAR"),
        ("_line", "BIGINT"),
        ("_is_redelivery", "BOOLEAN"),
        *((key, "VARCHAR") for name, key in PERSON_KEYS.items() if name in names),
    )


def held_columns(entity: Entity) -> tuple[tuple[str, str], ...]:
    """Return name and SQL type of the columns of raw/<load>/held_<entity>.parquet, in order."""
    return (*content_columns(entity), *HELD_COLUMNS)


def empty_select(columns: tuple[tuple[str, str], ...]) -> str:
    """Return a SELECT of no rows with these columns."""
    return (
        "SELECT " + ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns)
    ) + " WHERE false"


def load_name(load: int) -> str:
    """Return the name of a load's folder and files."""
    return f"{load:06d}"


@dataclass(frozen=True)
class Store:
    """Where a load writes below the home.

    The work folder lies outside raw/, because DuckDB's `raw/*/` also matches names with a dot.
    """

    home: Path

    @property
    def raw(self) -> Path:
        """Return the folder of the committed loads."""
        return self.home / "raw"

    @property
    def work(self) -> Path:
        """Return the folder of the load under way; nothing in it is kept."""
        return self.home / ".loading"

    @property
    def incoming(self) -> Path:
        """Return the folder that becomes raw/<load> when the load commits."""
        return self.work / "incoming"

    @property
    def copies(self) -> Path:
        """Return the folder of the landed files as they are read, by content hash."""
        return self.work / "files"

    @property
    def texts(self) -> Path:
        """Return the folder of files rewritten as UTF-8 with plain line ends."""
        return self.work / "texts"

    @property
    def spill(self) -> Path:
        """Return the folder into which DuckDB moves what does not fit into memory."""
        return self.work / "spill"

    @property
    def refused(self) -> Path:
        """Return the folder of the quarantine files that are still to be moved."""
        return self.work / "quarantine"

    def load(self, load: int) -> Path:
        """Return the folder of a committed load."""
        return self.raw / load_name(load)

    def quarantine(self, entity: str, load: int) -> Path:
        """Return the file of the rows and values that a load refused."""
        return self.home / "quarantine" / entity / f"{load_name(load)}.parquet"

    def archive(self, content_hash: str) -> Path:
        """Return the place of a landed file in the archive."""
        return self.home / "archive" / content_hash[:2] / content_hash

    def loads(self) -> tuple[int, ...]:
        """Return the numbers of the committed loads, oldest first; 0 is the empty one."""
        if not self.raw.is_dir():
            return ()
        names = (path.name for path in self.raw.iterdir())
        return tuple(sorted(int(name) for name in names if name.isdecimal() and len(name) == 6))
