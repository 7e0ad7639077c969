"""Publishes the marts of a good build as an immutable release, and switches readers over to it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from evenkeel import __version__
from evenkeel.config import Config
from evenkeel.errors import EvenkeelError, UsageError
from evenkeel.home import Home, database_stamp, read_record, write_record
from evenkeel.load.sql import text

# The oldest format that DuckDB 2 writes: BI tools of the last two years open it.
STORAGE_VERSION = "v1.0.0"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Mart:
    """A table to publish: its name, its place in the build's database, and its words.

    Attributes
    ----------
    order
        SQL by which its rows are written: its key, or a seed's own order; so that the same rows
        make the same bytes whatever threads computed them.
    identity
        Its unique id in dbt's manifest.
    """

    name: str
    identity: str
    schema: str
    description: str
    column_descriptions: dict[str, str]
    order: str


@dataclass(frozen=True)
class PublishResult:
    """The release in force, whether this call made or restored it, and what looks odd in it."""

    release: str
    path: Path
    changed: bool
    incomplete: bool
    marts: int
    warnings: tuple[str, ...] = ()


def publish(config: Config) -> PublishResult:
    """Put the marts of the last build into a new release and make it the current one.

    Content that is already current changes nothing.

    Raises
    ------
    EvenkeelError
        If the last build failed, is missing, or is older than the loads.
    """
    home = Home(config.home)
    record = _good_build(home)
    home.releases.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(home)
    marts = _marts(home)
    with _build_database(home) as connection, _incoming(home) as incoming:
        manifest: dict[str, Any] = {
            "as_of": record["as_of"],
            "incomplete": bool((read_record(home.load_record) or {}).get("refused")),
            "marts": [_write_parquet(connection, mart, incoming) for mart in marts],
        }
        digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
        release = f"{record['as_of']}-{digest[:12]}"
        result = PublishResult(
            release=release,
            path=home.releases / release,
            changed=current_release(home) != release,
            incomplete=manifest["incomplete"],
            marts=len(marts),
        )
        if not result.path.is_dir():
            built = replace(config, as_of=date.fromisoformat(record["as_of"]))
            warnings = _check(built, home, marts, release, incoming / "parquet")
            result = replace(result, warnings=warnings)
            manifest |= {
                "release": release,
                "evenkeel": __version__,
                "code": record["fingerprint"],
                "load": record["load"],
            }
            _copy_tables(connection, marts, incoming)
            connection.execute("detach release")
            write_record(incoming / MANIFEST, manifest)
            _seal(incoming)
            _commit(incoming, result.path)
    if result.changed:
        _switch(home, release)
    # Asked of the history itself: a run that was killed may have switched and not noted.
    if _history(home)[-1] != release:
        _note(home, release)
    _prune(home, config.keep_releases)
    return result


def rollback(config: Config, release: str | None = None) -> str:
    """Make an earlier release the current one and return its id.

    Parameters
    ----------
    release
        Which one; None is the one published before the current one.

    Raises
    ------
    UsageError
        If there is no such release; the sentence names those that there are.
    """
    home = Home(config.home)
    kept = _history(home)
    if release is None:
        current = current_release(home)
        earlier = kept[: kept.index(current)] if current in kept else []
        if not earlier:
            raise UsageError("There is no release before the current one to go back to.")
        release = earlier[-1]
    elif release not in kept:
        raise UsageError(f"There is no release {release}; there are: {', '.join(kept) or 'none'}.")
    _switch(home, release)
    return release


def current_release(home: Home) -> str | None:
    """Return the id of the release in force, if there is one."""
    return home.current.readlink().name if home.current.is_symlink() else None


def read_manifest(home: Home) -> dict[str, Any] | None:
    """Return the manifest of the release in force, if there is one."""
    release = current_release(home)
    return read_record(home.releases / release / MANIFEST) if release else None


def _check(
    config: Config, home: Home, marts: list[Mart], release: str, folder: Path
) -> tuple[str, ...]:
    """Hold the marts' files against their checkpoint; return what is only worth a word.

    Raises
    ------
    EvenkeelError
        If one of them is not what it has to be.
    """
    from evenkeel.gate.expectations import write_pages
    from evenkeel.gate.marts import check_marts, faults, remarks, sentences

    manifest = read_record(home.dbt_target / "manifest.json") or {}
    checkpoint = check_marts(config, manifest, {m.name: m.identity for m in marts}, folder)
    pages = home.checks / release
    write_pages(checkpoint, pages)
    found = sentences(faults(checkpoint))
    if found:
        raise EvenkeelError(
            f"The marts do not pass their checkpoint, so nothing is published and the current "
            f"release stays: {'; '.join(found)}; see {pages}, correct the data or the model, and "
            "build again."
        )
    return tuple(sentences(remarks(checkpoint)))


def _good_build(home: Home) -> dict[str, Any]:
    record = read_record(home.build_record)
    if record is None or not home.database.exists():
        raise EvenkeelError(f"Nothing is built in {home.root}; run `evenkeel build` first.")
    if not record["succeeded"]:
        raise EvenkeelError(
            "The last build failed or was broken off, so nothing is published and the current "
            "release stays; run `evenkeel build` and follow what it says."
        )
    if record["database"] != database_stamp(home):
        raise EvenkeelError(
            f"{home.database} was written to after the last build (by dbt itself, perhaps); "
            "run `evenkeel build` first."
        )
    if record["load"] != home.latest_load():
        raise EvenkeelError(
            f"The last build knows loads up to {record['load']}, but {home.latest_load()} is "
            "there; run `evenkeel build` first."
        )
    return record


def _marts(home: Home) -> list[Mart]:
    """Return the tables that the project marks as published, by name."""
    nodes = (read_record(home.dbt_target / "manifest.json") or {"nodes": {}})["nodes"]
    keys = {
        node["attached_node"]: _key(node["test_metadata"]["kwargs"])
        for node in nodes.values()
        if (node.get("test_metadata") or {}).get("name") in {"unique", "unique_combination"}
    }
    return sorted(
        (
            Mart(
                name=node["alias"],
                identity=identity,
                schema=node["schema"],
                description=node["description"],
                column_descriptions={c["name"]: c["description"] for c in node["columns"].values()},
                order="rowid" if node["resource_type"] == "seed" else keys.get(identity, "all"),
            )
            for identity, node in nodes.items()
            if node["resource_type"] in {"model", "seed"}
            and node["config"]["meta"].get("published")
            and node["config"]["enabled"]
        ),
        key=lambda mart: mart.name,
    )


def _key(arguments: dict[str, Any]) -> str:
    """Return the columns that a test says are unique, as an ORDER BY."""
    columns = arguments.get("columns") or [arguments["column_name"]]
    return ", ".join(f'"{column}" nulls first' for column in columns)


@contextmanager
def _build_database(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection of its own with the build's database attached for reading as `build`."""
    connection = duckdb.connect()
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        # Beside the releases, for where it runs need not be a place to write.
        connection.execute(f"set temp_directory = {text(str(home.published / '.spill'))}")
        try:
            connection.execute(f"attach {text(str(home.database))} as build (read_only)")
        except duckdb.IOException as error:
            raise EvenkeelError(f"{home.database} cannot be read: {error}") from error
        yield connection
    finally:
        connection.close()


@contextmanager
def _incoming(home: Home) -> Iterator[Path]:
    """Make the folder that a release is put together in; what does not become one is removed."""
    incoming = home.published / f".incoming-{os.getpid()}"
    (incoming / "parquet").mkdir(parents=True)
    try:
        yield incoming
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, mart: Mart, incoming: Path
) -> dict[str, Any]:
    """Write one mart's Parquet file, the same bytes for the same rows; return its manifest entry."""
    file = incoming / "parquet" / f"{mart.name}.parquet"
    source = f'build."{mart.schema}"."{mart.name}"'
    connection.execute(
        f"copy (select * from {source} order by {mart.order}) to {text(str(file))} "
        "(format parquet, compression zstd)"
    )
    columns = connection.execute(f"describe {source}").fetchall()
    (rows,) = connection.execute(f"select count(*) from {source}").fetchall()[0]
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "name": mart.name,
        "rows": rows,
        "columns": [{"name": name, "type": kind} for name, kind, *_ in columns],
        "parquet_sha256": digest,
    }


def _copy_tables(connection: duckdb.DuckDBPyConnection, marts: list[Mart], incoming: Path) -> None:
    """Write the release's database: every mart in schema main, as sorted, with its words."""
    file = incoming / "evenkeel.duckdb"
    connection.execute(f"attach {text(str(file))} as release (storage_version '{STORAGE_VERSION}')")
    for mart in marts:
        table = f'release.main."{mart.name}"'
        parquet = text(str(incoming / "parquet" / f"{mart.name}.parquet"))
        connection.execute(f"create table {table} as from read_parquet({parquet})")
        connection.execute(f"comment on table {table} is {text(mart.description)}")
        for column, words in mart.column_descriptions.items():
            connection.execute(f'comment on column {table}."{column}" is {text(words)}')


def _seal(incoming: Path) -> None:
    """Bring the release to the disk and take away the right to write to it."""
    for path in incoming.rglob("*"):
        if path.is_file():
            _sync(path)
            path.chmod(0o444)
    _sync(incoming / "parquet")
    _sync(incoming)


def _commit(incoming: Path, release: Path) -> None:
    incoming.rename(release)
    _sync(release.parent)


def _switch(home: Home, release: str) -> None:
    """Point `current` at a release in one step: a reader finds the old one or the new one."""
    temporary = home.published / f".current-{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / release)
    temporary.replace(home.current)
    _sync(home.published)


def _history(home: Home) -> list[str]:
    """Return the releases that are there in the order of their publication.

    A release that a broken-off run did not note comes last: it was the newest.
    """
    there = {path.name for path in home.releases.iterdir()} if home.releases.is_dir() else set()
    noted = (read_record(home.published / "history.json") or {}).get("releases", [])
    return [name for name in noted if name in there] + sorted(there - set(noted))


def _note(home: Home, release: str) -> None:
    releases = [name for name in _history(home) if name != release] + [release]
    write_record(home.published / "history.json", {"releases": releases})


def _prune(home: Home, keep: int) -> None:
    """Remove the oldest releases beyond `keep`, never the current one."""
    current = current_release(home)
    for name in _history(home)[:-keep]:
        if name != current:
            gone = home.published / f".removed-{name}"
            (home.releases / name).rename(gone)
            shutil.rmtree(gone)


def _clear_leftovers(home: Home) -> None:
    """Remove what a killed run left; the home's lock says that nobody is writing it."""
    for path in home.published.glob(".*"):
        if path.is_symlink() or path.is_file():
            path.unlink()
        else:
            shutil.rmtree(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
