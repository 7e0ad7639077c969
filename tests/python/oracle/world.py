"""Random organisations, small and nasty, written as contract CSV files in several loads.

A world is a function of its `WorldSpec`: the same spec writes the same bytes. Traits that the
specification settles are always there; those where a reading had to be chosen (`readings.py`)
are `doubtful` traits that a spec switches on by name, so that a disagreement is easy to place.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from .files import read_contract
from .settings import Settings

Cells = dict[str, str]

DOUBTFUL = frozenset(
    {
        "closed_unit_events",  # reading 6
        "new_version",  # reading 15
        "odd_pairs",  # reading 33
        "ragged_spans",  # reading 5
        "rehired_before_extract",  # reading 28
        "served_after_leaving",  # reading 23
        "slider_overall",  # reading 18
        "test_invitations",  # reading 39
        "unitless_contacts",  # reading 22
        "unticked_options",  # reading 36
        "wave_stragglers",  # reading 4
        "zero_weights",  # reading 11
    }
)


@dataclass(frozen=True)
class WorldSpec:
    """What kind of world to write.

    Files of load 1 end about `first_as_of`; load 2 brings what came late, corrections, deletions
    and repetitions, and events up to a few days after `second_as_of`.
    """

    seed: int
    settings: Settings = field(default_factory=Settings)
    start: date = date(2024, 9, 16)
    first_as_of: date = date(2026, 1, 17)
    second_as_of: date = date(2026, 2, 28)
    doubtful: frozenset[str] = frozenset()
    answers_scale: float = 1.0


@dataclass
class World:
    """Rows by entity and file, with the random source that made them."""

    spec: WorldSpec
    rng: random.Random
    files: dict[tuple[str, str], list[Cells]] = field(default_factory=lambda: defaultdict(list))
    contacts: list[Cells] = field(default_factory=list)
    contact_times: dict[str, datetime] = field(default_factory=dict)
    complaint_times: dict[str, datetime] = field(default_factory=dict)
    present: dict[date, list[str]] = field(default_factory=dict)
    left: list[tuple[str, date]] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return self.spec.settings.zone

    @property
    def last_day(self) -> date:
        """Last day with events: a few lie after every as_of."""
        return self.spec.second_as_of + timedelta(days=6)

    def has(self, trait: str) -> bool:
        return trait in self.spec.doubtful

    def planted_days(self) -> list[date]:
        """Days on which every metric has a fact, so that all spans are the same."""
        if self.has("ragged_spans"):
            return []
        return [self.spec.start, self.spec.first_as_of, self.spec.second_as_of]

    def planted_file(self, day: date) -> str:
        return f"{1 if day <= self.spec.first_as_of else 2}-planted"

    def put(self, entity: str, file: str, row: Cells) -> None:
        """Add a row to a file; the digit that begins the file's name is its load."""
        self.files[entity, file].append(row)

    def at(self, share: float) -> date:
        """The day that lies a share of the way from the first day to the last."""
        return self.spec.start + share * (self.last_day - self.spec.start)

    def day(self) -> date:
        """A day of the world; recent months are busier, and a few days are very busy."""
        span = (self.last_day - self.spec.start).days
        kind = self.rng.random()
        if kind < 0.08:
            back = timedelta(days=self.rng.choice([0, 1, 2, 30, 366]))
            return max(self.spec.start, self.spec.first_as_of - back)
        if kind < 0.45:
            return self.last_day - timedelta(days=self.rng.randrange(span // 4))
        return self.spec.start + timedelta(days=self.rng.randrange(span + 1))

    def moment(self, day: date) -> datetime:
        """A local time of a day, now and then its first or last second."""
        edge = self.rng.random()
        if edge < 0.03:
            clock = time(0, 0, 0)
        elif edge < 0.06:
            clock = time(23, 59, 59)
        else:
            # Never in the hours that daylight saving repeats or leaves out.
            clock = time(self.rng.randrange(5, 23), self.rng.randrange(60), self.rng.randrange(60))
        return datetime.combine(day, clock, self.zone)

    def stamp(self, moment: datetime) -> str:
        """The moment as the sources write it: local, with an offset, or in UTC."""
        style = self.rng.random()
        if style < 0.5 and moment.hour not in (1, 2, 3):
            return moment.astimezone(self.zone).replace(tzinfo=None).isoformat(sep=" ")
        if style < 0.8:
            return moment.astimezone(self.zone).isoformat()
        return moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None).isoformat() + "Z"

    def maybe(self, value: str, share_missing: float) -> str:
        return self.rng.choice(["", "NA", "null"]) if self.rng.random() < share_missing else value

    def pick(self, values: Sequence[str], weights: Sequence[float] | None = None) -> str:
        return self.rng.choices(values, weights)[0]

    def load_of(self, day: date) -> int:
        """The load that brings an event: the second if it came late or happened later."""
        if day > self.spec.first_as_of + timedelta(days=2) or self.rng.random() < 0.1:
            return 2
        return 1

    def write(self, landing: Path, load: int, models_raw: Path) -> None:
        """Write the files of one load, with the contract's columns that they use."""
        contract = read_contract(models_raw)
        for (entity, file), rows in self.files.items():
            if int(file[0]) != load:
                continue
            folder = landing / entity
            folder.mkdir(parents=True, exist_ok=True)
            used = {name for row in rows for name in row}
            columns = [column.name for column in contract[entity] if column.name in used]
            assert used == set(columns), used - set(columns)
            with (folder / f"{file}.csv").open("w", encoding="utf-8", newline="") as handle:
                writer = csv.DictWriter(handle, columns, restval="")
                writer.writeheader()
                writer.writerows(rows)


def build_world(spec: WorldSpec) -> World:
    from .world_cases import add_cases
    from .world_people import add_customers, add_employees, add_organisation, add_purchases
    from .world_service import add_complaints, add_contacts
    from .world_surveys import add_surveys

    unknown = spec.doubtful - DOUBTFUL
    assert not unknown, unknown
    world = World(spec, random.Random(spec.seed))  # noqa: S311 (a seed is the point)
    for add in (
        add_organisation, add_customers, add_purchases, add_employees, add_contacts, add_complaints,
        add_surveys, add_cases,
    ):  # fmt: skip
        add(world)
    return world


def revise(
    world: World, entity: str, keys: Sequence[str], change: dict[str, Sequence[str]]
) -> None:
    """Corrections, deletions and repetitions of rows of the first load.

    Parameters
    ----------
    keys
        Columns that a correction leaves alone.
    change
        What a correction may write, by column.
    """
    rng = world.rng
    first_load = [
        row
        for (name, file), rows in world.files.items()
        if name == entity and file.startswith("1") and file != "1-planted"
        for row in rows
    ]
    for row in first_load:
        fate = rng.random()
        column = rng.choice(sorted(change))
        assert column not in keys
        corrected = {**row, column: rng.choice(list(change[column]))}
        if fate < 0.03:
            world.put(entity, "1-z-corrections", corrected)
        elif fate < 0.07:
            world.put(entity, "2-a-corrections", corrected)
        elif fate < 0.09:
            world.put(entity, "2-a-corrections", {**row, "is_deleted": rng.choice(["true", "是"])})
        elif fate < 0.10:
            # Deleted, and then an old export comes again: it stays deleted.
            world.put(entity, "2-a-corrections", {**row, "is_deleted": "1"})
            world.put(entity, "2-b-old-export", row)
        elif fate < 0.12:
            world.put(entity, "2-a-corrections", corrected)
            world.put(entity, "2-b-old-export", row)
        elif fate < 0.15:
            world.put(entity, "2-b-old-export", row)
