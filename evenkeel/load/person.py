"""Persons appear under keyed hashes, so that a release names nobody and can still be joined."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import duckdb

from evenkeel.disk import disk_error
from evenkeel.errors import EvenkeelError
from evenkeel.load.disk import fsync

VARIABLE = "EVENKEEL_PERSON_KEY"
_KINDS = {"customer_id": "customer", "employee_id": "employee"}


def read_person_key(home: Path) -> str:
    """Return the key of the hashes: from the environment, else from <home>/secret.

    The file is made, with a random key, when it is first needed.

    Raises
    ------
    EvenkeelError
        If the file is empty or cannot be read.
    """
    from_environment = os.environ.get(VARIABLE)
    if from_environment:
        return from_environment
    path = home / "secret"
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise disk_error(error, home) or EvenkeelError(
            f"{path} cannot be read ({error}); correct its permissions or set {VARIABLE}."
        ) from error
    if not key:
        raise EvenkeelError(f"{path} is empty; restore it from a backup or set {VARIABLE}.")
    return key


def _make_key(path: Path) -> None:
    """Write a random key, in one step: half of one would lock the home for good."""
    temporary = path.with_name(f".{path.name}")
    temporary.unlink(missing_ok=True)
    # Opened so that nobody else can ever read it.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(secrets.token_hex(32) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    temporary.rename(path)
    fsync(path.parent)


def use_person_key(con: duckdb.DuckDBPyConnection, key: str) -> None:
    """Give the connection the key, as a variable, so that no statement spells it out."""
    con.execute("SET VARIABLE person_key = $key", {"key": key})


def person_key_sql(column: str, value: str) -> str:
    """Return the SQL of the keyed hash of a `customer_id` or an `employee_id`."""
    return f"sha256(getvariable('person_key') || ':{_KINDS[column]}:' || {value})"
