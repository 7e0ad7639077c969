"""Dirt on request: what goes wrong between a system and a landing folder, all of it noted.

The true rows all arrive in the end, so whatever is measured is as true as without the dirt; what
differs is the way there, and truth.json says of each file how its rows have to be accounted for.
"""

import codecs
import csv
import io
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from numpy.random import Generator

from evenkeel.simulate.dirt_kinds import KINDS, Kind, Layout, Row
from evenkeel.simulate.tools.streams import stream

MOST_DIRT = 0.08
"""Above it, files would be refused whole for the share of their rows that is."""
LATER, COPY = "zz-later-", "zz-copy-"
"""Names of files that sort behind those whose rows they repeat or mend."""
COPY_EVERY = 5
ENCODINGS = ("utf-8", "utf-8-sig", "crlf", "utf-16", "gb18030")
OUTCOMES = ("landed", "accepted", "quarantined", "duplicate", "held", "blanked")


@dataclass
class Soiled:
    """What was done to one file, and how the loader has to account for it.

    Attributes
    ----------
    accounts
        By file below the landing folder, the rows of each outcome.
    damages
        File, line, kind and the key of each row that went wrong.
    """

    accounts: dict[str, dict[str, int]] = field(default_factory=dict)
    damages: list[dict[str, Any]] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)

    def account(self, file: str, counts: Counter[str]) -> None:
        """Note the outcomes of a file's rows."""
        self.accounts[file] = {name: counts[name] for name in OUTCOMES}


def soil(root: Path, share: float, seed: int) -> dict[str, Any]:
    """Damage the files of a landing folder, and return what was done for truth.json.

    Parameters
    ----------
    share
        Of the rows of each file, for each way of going wrong that refuses none of them.
    """
    soiled = Soiled()
    for entity in KINDS:
        for number, path in enumerate(sorted((root / entity).glob("*"))):
            text = _as_csv(path)
            _soil_file(text, entity, number, share, stream(seed, f"dirt.{entity}", number), soiled)
            if number % COPY_EVERY == 0:
                _deliver_twice(text, soiled)
    return {
        "share": share,
        "files": soiled.accounts,
        "encodings": soiled.encodings,
        "rows": soiled.damages,
    }


def _as_csv(path: Path) -> Path:
    """Return the file as CSV, in its place: text is what goes wrong."""
    if path.suffix == ".csv":
        return path
    text = path.with_suffix(".csv")
    with duckdb.connect(config={"threads": 1}) as connection:
        source, target = (str(name).replace("'", "''") for name in (path, text))
        connection.execute(
            f"COPY (FROM read_parquet('{source}')) TO '{target}' "
            "(FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S')"
        )
    path.unlink()
    return text


def _soil_file(
    path: Path, entity: str, number: int, share: float, rng: Generator, soiled: Soiled
) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    layout = Layout(header)
    planned = _plan(len(rows), KINDS[entity], share, rng)
    first: list[Row] = []
    added: list[Row] = []
    later: list[Row] = []
    counts: Counter[str] = Counter()
    later_counts: Counter[str] = Counter()
    file, later_file = f"{entity}/{path.name}", f"{entity}/{LATER}{path.name}"
    for place, row in enumerate(rows):
        kind = planned.get(place)
        damaged = kind.damage(row, layout, place) if kind else None
        if kind is None or damaged is None:
            counts["accepted"] += 1
            first.append(row)
            continue
        if kind.is_added:
            counts["accepted"] += 1
            first.append(row)
            added.append(damaged)
        elif kind.is_moved:
            added.append(damaged)
        elif damaged:
            first.append(damaged)
        if kind.outcome == "blanked":
            counts["accepted"] += 1
        if kind.outcome:
            counts[kind.outcome] += 1
        if kind.is_mended:
            later.append(row)
            later_counts["duplicate" if damaged == row else "accepted"] += 1
        is_last = kind.is_added or kind.is_moved
        line = 1 + (len(rows) + len(added) if is_last else len(first))
        soiled.damages.append(
            {
                "file": file,
                "line": line if damaged else None,
                "kind": kind.name,
                "outcome": kind.outcome,
                "key": row[0],
            }
        )
    at_the_end = {kind.name for kind in KINDS[entity] if kind.is_added or kind.is_moved}
    _number_added(soiled.damages, file, len(first) - len(rows), at_the_end)
    counts["landed"] = len(first) + len(added)
    soiled.account(file, counts)
    soiled.encodings[file] = _write(path, [header, *first, *added], number)
    if later:
        later_counts["landed"] = len(later)
        soiled.account(later_file, later_counts)
        soiled.encodings[later_file] = _write(
            path.with_name(f"{LATER}{path.name}"), [header, *later], number + 1
        )


def _number_added(
    damages: list[dict[str, Any]], file: str, fewer: int, at_the_end: set[str]
) -> None:
    """Move the lines of rows at the end up by the rows that are missing before them."""
    for damage in reversed(damages):
        if damage["file"] != file:
            return
        if damage["kind"] in at_the_end:
            damage["line"] += fewer


def _plan(rows: int, kinds: Sequence[Kind], share: float, rng: Generator) -> dict[int, Kind]:
    """Choose which rows go wrong in which way, each in one at most."""
    order: Iterator[int] = iter(rng.permutation(rows).tolist())
    return {next(order): kind for kind in kinds for _ in range(int(rows * share * kind.share))}


def _write(path: Path, rows: Sequence[Row], number: int) -> str:
    """Write rows in one of the ways that systems write text, and return which."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    way = ENCODINGS[number % len(ENCODINGS)]
    content = text.getvalue()
    if way == "crlf":
        content, encoding = content.replace("\n", "\r\n"), "utf-8"
    elif way == "gb18030" and content.isascii():
        way = encoding = "utf-8"
    else:
        encoding = way
    data = content.encode("utf-16-le" if way == "utf-16" else encoding)
    path.write_bytes(codecs.BOM_UTF16_LE + data if way == "utf-16" else data)
    return way


def _deliver_twice(path: Path, soiled: Soiled) -> None:
    entity = path.parent.name
    copy = path.with_name(f"{COPY}{path.name}")
    shutil.copyfile(path, copy)
    rows = soiled.accounts[f"{entity}/{path.name}"]["landed"]
    soiled.account(f"{entity}/{copy.name}", Counter(landed=rows, duplicate=rows))
