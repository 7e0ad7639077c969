"""SELECTs of models as dbt compiles them, run on rows of a scratch database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., pd.DataFrame]
Table = tuple[str, pd.DataFrame]
"""Columns with their types, as in CREATE TABLE, and rows."""


def compile_models(models: Sequence[str], home: Path, as_of: str = "2026-10-31") -> dict[str, str]:
    """Return the SELECT of each model."""
    command = [
        str(Path(sys.executable).parent / "dbt"), "--quiet", "compile", "--select", *models,
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT),
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
    ]  # fmt: skip
    environment = {**os.environ, "EVENKEEL_HOME": str(home), "EVENKEEL_AS_OF": as_of}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return {path.stem: path.read_text() for path in (home / "target").rglob("compiled/**/*.sql")}


def runner(compiled: dict[str, str]) -> Run:
    """Return what builds models one after another over given tables (schema__name) and gives the last."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("attach ':memory:' as evenkeel")
    for schema in ("staging", "intermediate", "marts", "private"):
        connection.execute(f"create schema evenkeel.{schema}")

    def build(models: Sequence[str], **tables: Table) -> pd.DataFrame:
        for name, (types, rows) in tables.items():
            table = "evenkeel." + name.replace("__", ".", 1)
            connection.execute(f"create or replace table {table} ({types})")
            if len(rows):
                connection.register("rows", rows)
                connection.execute(f"insert into {table} by name select * from rows")
                connection.unregister("rows")
        for model in models[:-1]:
            connection.execute(
                f"create or replace table evenkeel.intermediate.{model} as {compiled[model]}"
            )
        return connection.execute(compiled[models[-1]]).df()

    return build
