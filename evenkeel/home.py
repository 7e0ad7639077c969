"""Where everything in the home lies, and the small records that the steps leave for each other."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenkeel.errors import EvenkeelError


@dataclass(frozen=True)
class Home:
    """The paths of one home folder (`--home`)."""

    root: Path

    @property
    def raw(self) -> Path:
        """Return the folder of the accepted rows: one folder per load, one file per entity."""
        return self.root / "raw"

    @property
    def database(self) -> Path:
        """Return the build's own database file, which nobody else opens."""
        return self.root / "evenkeel.duckdb"

    @property
    def dbt_target(self) -> Path:
        """Return dbt's folder of compiled models and manifest."""
        return self.root / "dbt" / "target"

    @property
    def dbt_logs(self) -> Path:
        """Return dbt's folder of logs."""
        return self.root / "dbt" / "logs"

    @property
    def load_record(self) -> Path:
        """Return the record of the last load: the batches that it refused."""
        return self.root / "load.json"

    @property
    def build_record(self) -> Path:
        """Return the record of the last build: whether and from what it succeeded."""
        return self.root / "build.json"

    @property
    def published(self) -> Path:
        """Return the folder of everything that others may read."""
        return self.root / "published"

    @property
    def releases(self) -> Path:
        """Return the folder of the releases, each of which never changes."""
        return self.published / "releases"

    @property
    def current(self) -> Path:
        """Return the link to the release in force."""
        return self.published / "current"

    @property
    def checks(self) -> Path:
        """Return the folder of the pages of all checkpoints, one folder per run."""
        return self.root / "reports" / "checks"

    def latest_load(self) -> int | None:
        """Return the number of the last committed load; 0 if only the empty one is there."""
        if not self.raw.is_dir():
            return None
        numbers = [int(p.name) for p in self.raw.iterdir() if re.fullmatch(r"\d{6}", p.name)]
        return max(numbers, default=None)


def database_stamp(home: Home) -> list[int] | None:
    """Return what changes whenever the build's database is written to; None if there is none."""
    if not home.database.exists():
        return None
    found = home.database.stat()
    return [found.st_size, found.st_mtime_ns]


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Write a JSON record so that a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # One name, as one run writes at a time: what a killed one left is written over.
    temporary = path.with_name(f".{path.name}")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            json.dump(record, stream, ensure_ascii=False, indent=2, sort_keys=True)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    temporary.replace(path)


def read_record(path: Path) -> dict[str, Any] | None:
    """Return a record, or None if it was never written.

    Raises
    ------
    EvenkeelError
        If the file is there but is no record.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EvenkeelError(f"{path} cannot be read ({error}); delete it and run again.") from error
    if not isinstance(record, dict):
        raise EvenkeelError(f"{path} holds no record; delete it and run again.")
    return record
