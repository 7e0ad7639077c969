"""What was loaded, built and published last, in plain lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from evenkeel.config import Config
from evenkeel.home import Home, read_record
from evenkeel.publish import current_release, read_manifest

LOADS_SHOWN = 5
REASONS_SHOWN = 5
COUNTS = ("landed", "accepted", "quarantined", "duplicate", "held")


def status(config: Config) -> list[str]:
    """Return the lines that `evenkeel status` prints."""
    home = Home(config.home)
    latest = home.latest_load()
    if latest is None:
        return [f"Nothing is loaded in {config.home}."]
    return [
        *_loads(home),
        *_refused(home),
        *_reasons(home),
        *_orphans(home),
        _built(home),
        *_published(home, latest),
    ]


def _loads(home: Home) -> Iterator[str]:
    """Yield the last loads with their rows; rows landed are the sum of what became of them."""
    sums = ", ".join(f"sum(rows_{name})::bigint" for name in COUNTS)
    rows = _query(
        f"""
        select _load, count(distinct file), {sums}
        from read_parquet(?)
        group by _load
        order by _load desc
        limit {LOADS_SHOWN}
        """,
        home.raw / "*" / "load_accounting.parquet",
    )
    if not rows:
        yield "load: none yet that brought rows"
    for load, files, *counts in reversed(rows):
        figures = ", ".join(
            f"{count:,} {name}" for name, count in zip(COUNTS, counts, strict=True) if count
        )
        yield f"load {load}: {files} files, rows: {figures or 'none'}"


def _refused(home: Home) -> Iterator[str]:
    record = read_record(home.load_record) or {}
    for sentence in record.get("refused", []):
        yield f"refused at the last load: {sentence}"
    for sentence in record.get("warnings", []):
        yield f"warning of the last load: {sentence}"


def _reasons(home: Home) -> Iterator[str]:
    """Yield the rules by which most rows and values were refused so far."""
    if not any((home.root / "quarantine").glob("*/*.parquet")):
        return
    rows = _query(
        f"""
        select entity, rule, column_name, count(*)
        from read_parquet(?)
        group by entity, rule, column_name
        order by count(*) desc, entity, rule, column_name
        limit {REASONS_SHOWN}
        """,
        home.root / "quarantine" / "*" / "*.parquet",
    )
    for entity, rule, column, count in rows:
        where = f"{entity}.{column}" if column else entity
        yield f"quarantine: {count:,} times {rule} in {where}"


def _orphans(home: Home) -> Iterator[str]:
    """Yield what rows of the current release name that is not known."""
    path = home.current / "parquet" / "orphan_counts.parquet"
    if not path.is_file():
        return
    rows = _query(
        f"""
        select entity, column_name, refers_to, rows_orphaned, keys_orphaned
        from read_parquet(?)
        order by rows_orphaned desc, entity, column_name
        limit {REASONS_SHOWN}
        """,
        path,
    )
    for entity, column, target, count, keys in rows:
        yield (
            f"orphans: {count:,} {entity} rows name by {column} {keys:,} {target} "
            "that are not known"
        )


def _built(home: Home) -> str:
    record = read_record(home.build_record)
    if record is None:
        return "build: none yet"
    outcome = "good" if record["succeeded"] else "failed or broken off"
    return f"build: {outcome}, as of {record['as_of']}, with loads up to {record['load']}"


def _published(home: Home, latest: int) -> Iterator[str]:
    manifest = read_manifest(home)
    if manifest is None:
        yield "release: none yet"
        return
    incomplete = ", incomplete: a batch was refused" if manifest["incomplete"] else ""
    yield (
        f"release: {current_release(home)}, as of {manifest['as_of']}, "
        f"with loads up to {manifest['load']}{incomplete}"
    )
    if manifest["load"] < latest:
        yield f"not published yet: loads {manifest['load'] + 1} to {latest}"


def _query(sql: str, files: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql, [str(files)]).fetchall()
