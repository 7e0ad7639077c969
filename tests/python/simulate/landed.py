"""Reads landing files and the contract without any help of the package."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

ROOT = Path(__file__).resolve().parents[3]


class Landed:
    """The files of a landing folder as tables, every CSV value as text."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.truth: dict[str, Any] = json.loads((root / "truth.json").read_text())
        self.entities = sorted(path.name for path in root.iterdir() if path.is_dir())
        self.connection = duckdb.connect()
        for entity in self.entities:
            is_parquet = any((root / entity).glob("*.parquet"))
            source = (
                f"read_parquet('{root}/{entity}/*.parquet', union_by_name = true)"
                if is_parquet
                else f"read_csv('{root}/{entity}/*.csv', union_by_name = true, all_varchar = true)"
            )
            self.connection.execute(f"CREATE TABLE {entity} AS SELECT * FROM {source}")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what a query yields."""
        return self.connection.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """Return the single value that a query yields."""
        ((value,),) = self.rows(sql)
        return value


@cache
def contract() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the contract as its YAML files write it: entity, column, then type and meta."""
    entities = {}
    for path in sorted((ROOT / "models" / "raw").glob("*.yml")):
        for source in yaml.safe_load(path.read_text())["sources"]:
            for table in source["tables"]:
                entities[table["name"]] = {
                    column["name"]: {
                        "type": column["data_type"],
                        **column.get("config", {}).get("meta", {}),
                    }
                    for column in table.get("columns", ())
                }
    return entities
