"""A small published release with every state a report has to show, made without the engine.

The tables and their columns are those of a real release; the numbers are drawn from a seed and
rolled up from teams, so that parents and children fit together. `release/` holds what is fixed:
the tables, the catalogue, the organisation, the account of the loads, and how each metric is drawn.
"""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

AS_OF = date(2026, 11, 3)
LAST_MONTH = "2026-10"
RELEASE_ID = "2026-11-03-0123456789ab"
MONTHS = 24
Z = 1.959964
SHOWN = ("ok", "low_base")
FOLDER = Path(__file__).parent / "release"
# How large each team is; the others are made of them.
TEAMS = {"north-gate": 1.0, "riverside": 0.7, "hill/top 1": 0.12, "bay-view": 0.9, "old-mill": 0.5}
MEMBERS = {
    "all": list(TEAMS),
    "harbour": list(TEAMS),
    "north": ["north-gate", "riverside", "hill/top 1"],
    "south": ["bay-view", "old-mill"],
} | {team: [team] for team in TEAMS}

Row = dict[str, Any]
Edit = Callable[[Row], Row | None]


@dataclass(frozen=True)
class Drawn:
    """How one metric is drawn: level, spread, base of a large team, drift per month, last step."""

    catalogue: dict[str, str]
    level: float
    spread: float
    base: int
    drift: float
    last_step: float
    target: float | None
    team_shift: float

    @property
    def metric_id(self) -> str:
        return self.catalogue["metric_id"]

    @property
    def factor(self) -> int:
        return int(self.catalogue["factor"])

    @property
    def is_total(self) -> bool:
        return self.catalogue["method"] in ("sum", "stock")

    @property
    def is_signed(self) -> bool:
        return self.catalogue["unit"] == "nps"


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of the fixture."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def catalogue() -> list[Drawn]:
    """Return the metrics in the catalogue's order, with how they are drawn."""
    draws = {row.pop("metric_id"): row for row in read("draws.csv")}
    found = []
    for metric in read("metrics.csv"):
        draw = draws[metric["metric_id"]]
        found.append(
            Drawn(
                catalogue=metric,
                level=float(draw["level"]),
                spread=float(draw["spread"]),
                base=int(draw["base"]),
                drift=float(draw["drift"]),
                last_step=float(draw["last_step"]),
                target=float(draw["target"]) if draw["target"] else None,
                team_shift=float(draw["leaf_shift"]),
            )
        )
    return found


def month_start(index: int) -> date:
    """Return the first day of the month `index` months after the first one."""
    serial = AS_OF.year * 12 + AS_OF.month - 1 - MONTHS + index
    return date(serial // 12, serial % 12 + 1, 1)


def _team(drawn: Drawn, team: str, index: int, rng: random.Random) -> tuple[int, float]:
    """Return base and mean of one team in one month, in raw measure units."""
    season = 1 + 0.12 * math.sin(index / 2.1)
    base = round(drawn.base * TEAMS[team] * season * rng.uniform(0.92, 1.08))
    if drawn.is_total:
        return base, 1.0
    shift = drawn.team_shift * {"bay-view": -1.0, "north-gate": 1.0}.get(team, 0.1)
    step = drawn.last_step if index >= MONTHS - 1 else 0.0
    noise = rng.gauss(0, drawn.spread / math.sqrt(base)) if base else 0.0
    mean = drawn.level + shift + drawn.drift * index + step + noise
    if drawn.is_signed:
        return base, mean
    ceiling = 1.0 if drawn.catalogue["unit"] == "percent" else math.inf
    return base, min(max(mean, 0.001), ceiling)


def _interval(drawn: Drawn, base: int, mean: float) -> tuple[float | None, ...]:
    """Return standard error and limits; near enough for what a report does with them."""
    method, factor = drawn.catalogue["interval"], drawn.factor
    if method == "none" or not base:
        return None, None, None
    if drawn.is_total:
        spread = Z * math.sqrt(base)
        return math.sqrt(base), max(base - spread, 0.0), base + spread + 2
    if method == "wilson":
        scale = 1 + Z * Z / base
        middle = (mean + Z * Z / (2 * base)) / scale
        inner = max(mean * (1 - mean), 0.0) / base + Z * Z / (4 * base * base)
        half = Z / scale * math.sqrt(inner)
        return factor * half / Z, factor * max(middle - half, 0), factor * min(middle + half, 1)
    error = factor * drawn.spread / math.sqrt(base)
    low, high = factor * mean - Z * error, factor * mean + Z * error
    return error, low if drawn.is_signed else max(low, 0.0), high


def _state(drawn: Drawn, base: int, unit: str, index: int) -> str:
    if not base:
        return "not_measured"
    privacy = drawn.catalogue["privacy_class"]
    if base < {"employee_survey": 10, "operational": 0}.get(privacy, 5):
        return "hidden_small"
    if drawn.metric_id == "enps" and unit == "riverside" and index % 5 == 3:
        return "hidden_complement"
    return "low_base" if base < 30 and not drawn.is_total else "ok"


def _row(drawn: Drawn, unit: str, level: str, index: int, base: int, mean: float) -> Row:
    start, end = month_start(index), month_start(index + 1)
    state = _state(drawn, base, unit, index)
    error, low, high = _interval(drawn, base, mean)
    row: Row = {
        "metric_id": drawn.metric_id,
        "definition_version": 1,
        "unit": drawn.catalogue["unit"],
        "factor": drawn.factor,
        "period_type": "month",
        "period_key": f"{start:%Y-%m}",
        "period_start": start,
        "period_end": end,
        "is_complete": end <= AS_OF,
        "org_unit_id": unit,
        "org_level": level,
        "slice": "all",
        "slice_value": "all",
        "weighting": "none",
        "interval_method": drawn.catalogue["interval"],
        "state": state,
        "target": drawn.target,
        "data_through": AS_OF,
    }
    if state in SHOWN:
        value = float(base) if drawn.is_total else drawn.factor * mean
        row |= {"base_count": base, "person_count": base, "value_sum": round(base * mean, 6)}
        row |= {"value": value, "std_error": error, "ci_low": low, "ci_high": high}
    elif state == "not_measured":
        row |= {"base_count": 0, "person_count": 0}
    return row


def _change(drawn: Drawn, now: Row, then: Row | None) -> list[Any]:
    """Return the earlier value, the change, its limits and its state."""
    if (
        not now["is_complete"]
        or now["state"] not in SHOWN
        or not then
        or then["state"] not in SHOWN
    ):
        return [None, None, None, None, "not_comparable"]
    change = now["value"] - then["value"]
    if drawn.catalogue["interval"] in ("none", "order"):
        return [then["value"], change, None, None, "not_tested"]
    half = Z * math.hypot(now["std_error"], then["std_error"])
    low, high = change - half, change + half
    state = "up" if low > 0 else "down" if high < 0 else "no_clear_change"
    return [then["value"], change, low, high, state]


def _target_state(drawn: Drawn, row: Row) -> str | None:
    if drawn.target is None or not row["is_complete"] or row["state"] not in SHOWN:
        return None
    low, high = row["ci_low"], row["ci_high"]
    if low is None or high is None:
        low = high = row["value"]
    if drawn.catalogue["better"] == "lower":
        below, above = high <= drawn.target, low > drawn.target
    else:
        below, above = low >= drawn.target, high < drawn.target
    return "met" if below else "missed" if above else "undecided"


def values() -> Iterator[Row]:
    """Yield the rows of metric_values: 24 months that are complete and one that is not."""
    rng = random.Random(7)  # noqa: S311 -- a fixture, not a secret
    levels = {row["org_unit_id"]: row["org_level"] for row in read("org_units.csv")}
    history: dict[tuple[str, int], Row] = {}
    for drawn in catalogue():
        for index in range(MONTHS + 1):
            teams = {team: _team(drawn, team, index, rng) for team in TEAMS}
            if drawn.metric_id == "nps" and index == 9:
                teams = dict.fromkeys(TEAMS, (0, 0.0))
            for unit, members in MEMBERS.items():
                parts = [teams[team] for team in members]
                base = sum(n for n, _ in parts)
                mean = sum(n * m for n, m in parts) / base if base else 0.0
                row = _row(drawn, unit, levels.get(unit, "all"), index, base, mean)
                history[unit, index] = row
                earlier = _change(drawn, row, history.get((unit, index - 1)))
                names = ["previous_value", "change", "change_low", "change_high", "change_state"]
                row |= dict(zip(names, earlier, strict=True))
                year = _change(drawn, row, history.get((unit, index - 12)))
                names = ["year_ago_value", *(f"year_ago_{name}" for name in names[1:])]
                row |= dict(zip(names, year, strict=True))
                row["target_state"] = _target_state(drawn, row)
                yield row
        history.clear()


def build(home: Path, edit: Edit = lambda row: row, *, incomplete: bool = False) -> Path:
    """Write the release under `home`, make it the current one, and return its folder.

    Parameters
    ----------
    edit
        What becomes of each row of metric_values: itself, another one, or none.
    """
    folder = home / "published" / "releases" / RELEASE_ID
    folder.mkdir(parents=True)
    connection = duckdb.connect(str(folder / "evenkeel.duckdb"))
    connection.execute((FOLDER / "tables.sql").read_text(encoding="utf-8"))
    for name in ("org_units", "load_accounting"):
        _insert(connection, name, FOLDER / f"{name}.csv")
    for name in ("metrics", "labels"):
        connection.execute(
            f"create table {name} as from read_csv(?, header = true, all_varchar = true)",
            [str(FOLDER / f"{name}.csv")],
        )
    file = home / "metric_values.csv"
    columns = [row[0] for row in connection.execute("describe metric_values").fetchall()]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(row for drawn in values() if (row := edit(drawn)) is not None)
    _insert(connection, "metric_values", file)
    file.unlink()
    connection.close()
    manifest = {
        "release": RELEASE_ID,
        "as_of": AS_OF.isoformat(),
        "evenkeel": "0.1.0",
        "incomplete": incomplete,
        "marts": [],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (home / "published" / "current").symlink_to(Path("releases") / RELEASE_ID)
    return folder


def _insert(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    connection.execute(
        f"insert into {table} from read_csv(?, header = true, all_varchar = true)", [str(file)]
    )
