"""One run at a time in a home: an advisory lock that ends with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evenkeel.disk import is_full
from evenkeel.errors import LockedError, UsageError


@contextmanager
def home_lock(home: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the home's lock while the block runs.

    Parameters
    ----------
    home
        The home folder; made if it is missing.
    wait
        Wait for the other run instead of giving up.

    Raises
    ------
    LockedError
        If another run holds the home and `wait` is false.
    UsageError
        If the home cannot be written.
    OSError
        If its disk is full.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        if is_full(error):
            raise
        raise UsageError(f"{home} cannot be written ({error}); choose another --home.") from error
    try:
        _acquire(descriptor, home, wait)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        try:
            yield
        finally:
            # The file stays: removing it would let two runs lock two files of one name.
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, home: Path, wait: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
        raise LockedError(
            f"Another run (process {holder}) holds {home}; let it finish, or wait with --wait."
        ) from error
