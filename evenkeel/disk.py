"""Tells a disk that is full, read-only or broken from other trouble, and says so in a sentence."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from evenkeel.errors import EvenkeelError

_TROUBLES = {
    errno.ENOSPC: ("is full", "make room there"),
    errno.EDQUOT: ("has no room left for this user", "make room there"),
    errno.EROFS: ("is read-only", "make it writable"),
    errno.EIO: ("fails", "look after it"),
}
# How DuckDB and Python end a message that the system made; a value in a row may say the same.
_MESSAGES = {
    code: re.compile(rf"(\"|\[Errno {code}\])[: ]+{re.escape(os.strerror(code))}")
    for code in _TROUBLES
}
# DuckDB leaves a tenth of the free space alone when it moves rows out of memory.
_MESSAGES[errno.ENOSPC] = re.compile(rf"{_MESSAGES[errno.ENOSPC].pattern}|max_temp_directory_size")


def is_full(error: OSError) -> bool:
    """Tell whether an error says that there is no room left."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


def disk_error(trouble: BaseException | str, home: Path) -> EvenkeelError | None:
    """Return the sentence for a disk that failed, or None if it was not the disk.

    Parameters
    ----------
    trouble
        An exception, or what a message said of it.
    home
        Where the disk was to be written.
    """
    known = trouble.errno if isinstance(trouble, OSError) else None
    for code, (state, remedy) in _TROUBLES.items():
        if code == known or _MESSAGES[code].search(str(trouble)):
            return EvenkeelError(
                f"The disk of {home} {state}, so the run stopped and the release in force stays; "
                f"{remedy}, then run again."
            )
    return None
