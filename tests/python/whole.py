"""The whole program, run as its users run it: a folder of files in, a home out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "from evenkeel.cli import entry; entry()"
# What makes up the project that an organisation edits.
PROJECT = (
    "models",
    "macros",
    "seeds",
    "mappings",
    "reports",
    "tests",
    "dbt_project.yml",
    "profiles.yml",
    ".dbtignore",
)


def evenkeel(*arguments: str | Path, cwd: Path = ROOT, expect: int = 0) -> str:
    """Run the program and return what it said; fail with its words on any other exit status than expected."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == expect, f"{arguments}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout + done.stderr


def run(step: str, landing: Path, home: Path, as_of: date, *more: str, cwd: Path = ROOT) -> str:
    """Run one step of the program over a landing folder and a home."""
    return evenkeel(
        step, "--landing", landing, "--home", home, "--as-of", as_of.isoformat(), *more, cwd=cwd
    )


def copy_project(folder: Path) -> Path:
    """Copy the project into an empty folder, for a test that edits it."""
    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, folder / name, ignore=shutil.ignore_patterns("python", "__pycache__")
            )
        elif source.exists():
            shutil.copy2(source, folder / name)
    return folder


def build_tables(home: Path) -> duckdb.DuckDBPyConnection:
    """Open the build's own file to read."""
    return duckdb.connect(str(home / "evenkeel.duckdb"), read_only=True)
