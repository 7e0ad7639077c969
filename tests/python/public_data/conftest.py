"""Finds the public files, lays copies of them out as deliveries, and loads those."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[3]
PUBLIC_DATA = Path(os.environ.get("EVENKEEL_PUBLIC_DATA", ROOT / ".." / "shared" / "data"))
AS_OF = "2025-12-31"
PROGRAM = "from evenkeel.cli import main; main()"
TIME_ZONE = "Asia/Shanghai"
# Which folder of the public files is delivered as which vendor.
DELIVERIES = {
    "sfo_airport": "sfo_airport_survey",
    "bank_call_log": "bank_call_log",
    "phone_now": "phone_now_calls",
    "comcast": "comcast_complaints",
    "hr_linked": "hr_linked",
    "qualtrics": "qualtrics_export",
}
EVENT_TIMES = {
    "contacts": "started_at",
    "complaints": "received_at",
    "survey_responses": "submitted_at",
}
Rows = Callable[[str, str], list[tuple[Any, ...]]]


def evenkeel(command: str, landing: Path, home: Path) -> None:
    """Run one command of evenkeel over a landing folder; its own words explain a failure."""
    config = landing.parent / "evenkeel.yml"
    config.write_text(f"time_zone: {TIME_ZONE}\n", encoding="utf-8")
    run = subprocess.run(
        [
            *(sys.executable, "-c", PROGRAM, command),
            *("--landing", str(landing), "--home", str(home)),
            *("--config", str(config), "--as-of", AS_OF),
        ],
        cwd=ROOT,
        env={**os.environ, "EVENKEEL_PERSON_KEY": "a key for tests"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"evenkeel {command}: {run.stdout}\n{run.stderr}"


def open_raw(home: Path) -> duckdb.DuckDBPyConnection:
    """Open every table that the load wrote as a view, with the local time of its events."""
    connection = duckdb.connect()
    connection.execute(f"set timezone = '{TIME_ZONE}'")
    for file in sorted((home / "raw" / "000000").glob("*.parquet")):
        table = file.stem
        event = EVENT_TIMES.get(table)
        local = f"{event} at time zone 'UTC' at time zone '{TIME_ZONE}'"
        more = f", {local} as local_time, cast({local} as date) as local_date" if event else ""
        connection.execute(
            f"create view {table} as select *{more} "
            f"from read_parquet('{home}/raw/*/{table}.parquet')"
        )
    return connection


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[[dict[str, str]], Rows]:
    """Return a function that loads files, given as path and text, and then reads an entity."""

    def load(files: dict[str, str]) -> Rows:
        landing = tmp_path / "landing"
        for name, text in files.items():
            file = landing / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        evenkeel("load", landing, tmp_path / "home")
        connection = open_raw(tmp_path / "home")

        def rows(entity: str, columns: str) -> list[tuple[Any, ...]]:
            found = f"select distinct {columns} from {entity}"
            return connection.execute(
                f"select cast(columns(*) as varchar) from ({found}) order by all nulls last"
            ).fetchall()

        return rows

    return load


@pytest.fixture(scope="session")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a landing folder, gone after the tests, with a copy of every public file."""
    folder = tmp_path_factory.mktemp("landing")
    for vendor, source in DELIVERIES.items():
        files = sorted((PUBLIC_DATA / source).glob("*"))
        if not files:
            pytest.skip(
                f"No public data in {PUBLIC_DATA / source}: set EVENKEEL_PUBLIC_DATA to the folder "
                "that has it."
            )
        (folder / vendor).mkdir()
        for file in files:
            shutil.copy(file, folder / vendor / file.name)
    return folder


@pytest.fixture(scope="session")
def home(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home into which all public files were loaded in one run."""
    folder = tmp_path_factory.mktemp("home")
    evenkeel("load", landing, folder)
    return folder


@pytest.fixture(scope="session")
def raw(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection with a view per entity over all public files."""
    connection = open_raw(home)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def marts(home: Path, landing: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return the marts that are built from all public files together."""
    evenkeel("build", landing, home)
    connection = duckdb.connect(str(home / "evenkeel.duckdb"), read_only=True)
    connection.execute("use marts")
    yield connection
    connection.close()
