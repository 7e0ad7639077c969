"""Reads seeds/load_limits.csv: how far a batch may differ from the others before it is a fault."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from evenkeel.errors import UsageError

DEFAULT = "default"
COLUMNS = ("check_name", "entity", "limit_value", "least_rows", "severity")
SEVERITIES = ("refuse", "warn", "ignore")
CHECKS = (
    "refused_share",
    "blanked_share",
    "times_fewer_rows",
    "times_more_rows",
    "columns_lost",
    "filled_share_change",
    "code_share_change",
    "times_other_mean",
    "days_behind",
    "days_ahead",
)
# Held against the day that is reported, before the marts are published.
STALE = "days_stale"


@dataclass(frozen=True)
class Limit:
    """The most that a check may observe, for one entity or all others (`default`).

    Attributes
    ----------
    least_rows
        Rows below which nothing can be said.
    severity
        Whether a batch beyond the limit is refused whole, or only spoken of, or neither.
    """

    check_name: str
    entity: str
    limit: float
    least_rows: int
    severity: str


def read_limits(path: Path, entities: Collection[str]) -> tuple[Limit, ...]:
    """Read the seed.

    Parameters
    ----------
    entities
        Names that there are besides `default`.

    Raises
    ------
    UsageError
        If a row means nothing; the sentence names its line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise UsageError(f"{path} does not have the columns {', '.join(COLUMNS)}.")
            limits = tuple(
                _limit(row, f"{path} line {reader.line_num}", entities) for row in reader
            )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read ({error}); correct it.") from error
    _check_completeness(limits, path)
    return limits


def limit_of(limits: Iterable[Limit], check_name: str, entity: str) -> float | None:
    """Return the limit of a check for an entity, or None if it is to be ignored."""
    own = {limit.entity: limit for limit in limits if limit.check_name == check_name}
    limit = own.get(entity, own[DEFAULT])
    return None if limit.severity == "ignore" else limit.limit


def _limit(row: dict[str, str], where: str, entities: Collection[str]) -> Limit:
    for column, known in (
        ("check_name", (*CHECKS, STALE)),
        ("entity", (DEFAULT, *entities)),
        ("severity", SEVERITIES),
    ):
        if row[column] not in known:
            raise UsageError(f"{where}: {column} {row[column]!r} is not one of {', '.join(known)}.")
    try:
        limit, least_rows = float(row["limit_value"]), int(row["least_rows"])
    except (TypeError, ValueError) as error:
        raise UsageError(f"{where}: limit_value and least_rows are numbers; write them.") from error
    if not (limit >= 0 and least_rows >= 0):
        raise UsageError(f"{where}: limit_value and least_rows are not below 0; correct them.")
    return Limit(row["check_name"], row["entity"], limit, least_rows, row["severity"])


def _check_completeness(limits: Iterable[Limit], path: Path) -> None:
    names = [(limit.check_name, limit.entity) for limit in limits]
    for name in (*CHECKS, STALE):
        if (name, DEFAULT) not in names:
            raise UsageError(f"{path} has no row of {name} for {DEFAULT}; add it.")
    twice = {" ".join(name) for name in names if names.count(name) > 1}
    if twice:
        raise UsageError(f"{path} has two rows of {min(twice)}; keep one.")
