"""Marts made of rows of the contract without a load: compiled models, run one after another on a scratch database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from evenkeel.contract import STORAGE, read_contract

ROOT = Path(__file__).resolve().parents[2]
# What every entity takes besides its own columns, and what the loader adds.
STAMPS = {
    "changed_at": "TIMESTAMP", "is_deleted": "BOOLEAN",
    "_load": "INTEGER DEFAULT 1", "_delivered_load": "INTEGER DEFAULT 1", "_file": "VARCHAR DEFAULT 'f'",
    "_line": "BIGINT DEFAULT 1", "_is_redelivery": "BOOLEAN DEFAULT false",
    "_customer_key": "VARCHAR", "_employee_key": "VARCHAR",
}  # fmt: skip


def compiled_models(models: Sequence[str], home: Path, as_of: str) -> dict[str, dict[str, Any]]:
    """Return the nodes of the models and of all that they read, compiled for a day."""
    command = [
        str(Path(sys.executable).parent / "dbt"), "--quiet", "compile",
        "--select", *(f"+{model}" for model in models),
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT),
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
    ]  # fmt: skip
    environment = {**os.environ, "EVENKEEL_HOME": str(home), "EVENKEEL_AS_OF": as_of}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    manifest = json.loads((home / "target" / "manifest.json").read_text(encoding="utf-8"))
    wanted = [f"model.evenkeel.{model}" for model in models]
    found: dict[str, dict[str, Any]] = {}
    while wanted:
        key = wanted.pop()
        if key in manifest["nodes"] and key not in found:
            found[key] = manifest["nodes"][key]
            wanted += found[key]["depends_on"].get("nodes", [])
    return found


def build_models(
    nodes: Mapping[str, Mapping[str, Any]], rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> duckdb.DuckDBPyConnection:
    """Return a database in which compiled models are tables, made of rows of the contract's entities."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as evenkeel; use evenkeel")
    for schema in ("raw", "staging", "intermediate", "marts", "private"):
        connection.execute(f"create schema {schema}")
    connection.execute(
        "create table intermediate.build_log (load_number integer, as_of date, as_of_end timestamp)"
    )
    for entity in read_contract(ROOT / "models" / "raw"):
        columns = {column.name: STORAGE[column.data_type] for column in entity.columns} | STAMPS
        types = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
        connection.execute(f"create table raw.{entity.name} ({types})")
        if given := rows.get(entity.name):
            frame = pd.DataFrame(given).astype(object)
            connection.register("given", frame.where(frame.notna(), None))
            connection.execute(f"insert into raw.{entity.name} by name select * from given")
    graph = {key: set(node["depends_on"].get("nodes", [])) for key, node in nodes.items()}
    for key in TopologicalSorter(graph).static_order():
        if key in nodes:
            connection.execute(f"create table {_place(nodes[key])} as {_select(nodes[key])}")
    return connection


def _place(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['alias']}"


def _select(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "model":
        return str(node["compiled_code"])
    types = node["config"]["column_types"]
    path = ROOT / node["original_file_path"]
    return f"select * from read_csv('{path}', header = true, types = {types})"
