"""Makes of a file that is neither text nor Parquet one that is read like text."""

from __future__ import annotations

from pathlib import Path

from evenkeel.load.landing import LandedFile
from evenkeel.load.objects import rewrite_objects
from evenkeel.load.records import Rewritten
from evenkeel.load.sheets import rewrite_sheet


def rewrite(file: LandedFile, copy: Path, target: Path) -> Rewritten:
    """Write the rows of a landed JSON file or spreadsheet as records.

    Parameters
    ----------
    copy
        Its bytes, which nobody else writes to.

    Raises
    ------
    UnreadableFileError
        If no row can be read of it.
    """
    if file.is_sheet:
        return rewrite_sheet(copy, target)
    return rewrite_objects(copy, target, is_gzip=file.is_gzip)
