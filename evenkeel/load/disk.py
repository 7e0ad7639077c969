"""Makes what is written survive a power cut, and clears what a killed load left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from evenkeel.contract import Contract
from evenkeel.load import sql
from evenkeel.load.layout import (
    ACCOUNTING,
    ACCOUNTING_COLUMNS,
    Store,
    empty_select,
    raw_columns,
)

_MANY = 50


def fsync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(source: Path, target: Path) -> None:
    """Move a finished file to its place, making the folder if need be."""
    move_all([(source, target)])


def move_all(moves: Sequence[tuple[Path, Path]]) -> None:
    """Move finished files to their places."""
    if len(moves) > _MANY:
        # One wait for everything is far shorter than one for each of thousands of files.
        os.sync()
    else:
        for source, _ in moves:
            fsync(source)
    for source, target in moves:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
    for folder in {target.parent for _, target in moves}:
        fsync(folder)


def clear_work(store: Store) -> None:
    """Remove what a load that did not end left behind, and make its work folders anew."""
    loads = store.loads()
    last = loads[-1] if loads else 0
    shutil.rmtree(store.work, ignore_errors=True)
    for path in (store.home / "quarantine").glob("*/*.parquet"):
        if path.stem.isdecimal() and int(path.stem) > last:
            path.unlink()
    remove_superseded(store)
    for folder in (store.raw, store.incoming, store.copies, store.texts, store.refused):
        folder.mkdir(parents=True, exist_ok=True)


def clear_results(store: Store) -> None:
    """Remove what the load under way has written, so that it can decide anew."""
    for folder in (store.incoming, store.refused):
        shutil.rmtree(folder)
        folder.mkdir()


def remove_superseded(store: Store) -> None:
    """Remove held rows of all loads but the last, whose file has every row still held."""
    for load in store.loads()[:-1]:
        for path in store.load(load).glob("held_*.parquet"):
            path.unlink()


def write_empty_load(con: duckdb.DuckDBPyConnection, store: Store, contract: Contract) -> None:
    """Write raw/000000: an empty file of every entity, so that each has its columns from the start.

    Files of a contract that has since gained columns are replaced.
    """
    layouts = {entity.name: raw_columns(entity) for entity in contract}
    layouts[ACCOUNTING] = ACCOUNTING_COLUMNS
    if not store.load(0).is_dir():
        folder = store.work / "empty"
        for name, columns in layouts.items():
            sql.write_parquet(con, empty_select(columns), folder / f"{name}.parquet")
        commit_folder(folder, store.load(0))
        return
    for name, columns in layouts.items():
        path = store.load(0) / f"{name}.parquet"
        if not path.is_file() or _columns(con, path) != columns:
            fresh = store.work / path.name
            sql.write_parquet(con, empty_select(columns), fresh)
            move(fresh, path)


def commit_folder(folder: Path, target: Path) -> None:
    """Give a finished folder its final name, in one step."""
    for path in folder.iterdir():
        fsync(path)
    fsync(folder)
    folder.rename(target)
    fsync(target.parent)


def _columns(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[tuple[str, str], ...]:
    rows = con.execute(f"DESCRIBE SELECT * FROM read_parquet({sql.file(path)})").fetchall()
    return tuple((row[0], row[1]) for row in rows)
