"""Business time and service promises, interval by interval from the seeds that hold them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
SATURDAY, MONDAY = 6, 1
Stretch = tuple[int, int]  # Seconds since 1970, half-open.


@dataclass(frozen=True)
class Opening:
    weekday: int
    opens: str
    closes: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True)
class Promise:
    clock: str
    category: str
    severity: str
    unit: str
    hours: Decimal | None
    is_business_time: bool
    valid_from: date


@dataclass
class Business:
    """When units are open, and what they promise."""

    zone: ZoneInfo
    openings: dict[str, list[Opening]]
    kinds: dict[tuple[str, date], str]
    calendars: dict[str, list[tuple[date, str]]]
    promises: list[Promise]
    _days: dict[tuple[str, date], list[Stretch]] = field(default_factory=dict)

    def calendar(self, unit: str, day: date) -> str:
        """The unit's own calendar of a day, or else that of default."""
        for name in (unit, "default"):
            found = [row for row in self.calendars.get(name, []) if row[0] <= day]
            if found:
                return max(found)[1]
        return "default"

    def open_on(self, unit: str, day: date) -> list[Stretch]:
        key = self.calendar(unit, day), day
        if key not in self._days:
            self._days[key] = sorted(self._opened(*key))
        return self._days[key]

    def _opened(self, calendar: str, day: date) -> Iterator[Stretch]:
        kind, weekday = self.kinds.get((calendar, day)), day.isoweekday()
        if kind == "holiday":
            return
        if kind == "working_day" and weekday >= SATURDAY:
            weekday = MONDAY
        for row in self.openings.get(calendar, []):
            if row.weekday == weekday and row.valid_from <= day <= row.valid_until:
                yield self._moment(day, row.opens), self._moment(day, row.closes)

    def _moment(self, day: date, clock: str) -> int:
        if clock.startswith("24:00"):
            day, clock = day + ONE_DAY, "00:00"
        return whole(datetime.combine(day, time.fromisoformat(clock), self.zone))

    def running(self, unit: str, stretch: Stretch, is_business_time: bool) -> Iterator[Stretch]:
        """The parts of a stretch in which a clock of the unit runs."""
        begin, end = stretch
        if not is_business_time:
            yield stretch
            return
        day = datetime.fromtimestamp(begin, self.zone).date()
        while begin < end and whole(datetime.combine(day, time(), self.zone)) < end:
            for opens, closes in self.open_on(unit, day):
                if max(opens, begin) < min(closes, end):
                    yield max(opens, begin), min(closes, end)
            day += ONE_DAY

    def seconds(
        self, unit: str, stretches: Iterable[Stretch], is_business_time: bool = True
    ) -> int:
        return sum(
            end - begin
            for stretch in stretches
            for begin, end in self.running(unit, stretch, is_business_time)
        )

    def promise(
        self, clock: str, unit: str, category: str, severity: str | None, day: date
    ) -> Promise | None:
        """The most particular promise that fits; None where nothing is promised."""
        fitting = [
            row
            for row in self.promises
            if row.clock == clock
            and row.unit in ("", unit)
            and row.category in ("", category)
            and row.severity in ("", severity)
            and row.valid_from <= day
        ]
        best = max(
            fitting,
            key=lambda row: (row.unit > "", row.category > "", row.severity > "", row.valid_from),
            default=None,
        )
        return best if best is not None and best.hours is not None else None


def whole(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp() // 1)


def without(stretch: Stretch, breaks: Iterable[Stretch]) -> list[Stretch]:
    """What is left of a stretch without breaks, which are in order and apart."""
    found, (begin, end) = [], stretch
    for away, back in breaks:
        if begin < min(away, end):
            found.append((begin, min(away, end)))
        begin = max(begin, back)
    if begin < end:
        found.append((begin, end))
    return found


def read_business(seeds: Path, zone: ZoneInfo) -> Business | None:
    """What the four seeds say; None for a project without them."""
    if not (seeds / "opening_hours.csv").exists():
        return None
    openings, calendars = defaultdict(list), defaultdict(list)
    for row in _rows(seeds / "opening_hours.csv"):
        clocks = int(row["weekday"]), row["opens_at"], row["closes_at"]
        span = _day(row["valid_from"], date.min), _day(row["valid_until"], date.max)
        openings[row["calendar_id"]].append(Opening(*clocks, *span))
    for row in _rows(seeds / "unit_calendars.csv"):
        start = _day(row["valid_from"], date.min)
        calendars[row["org_unit_id"]].append((start, row["calendar_id"]))
    kinds = {
        (row["calendar_id"], date.fromisoformat(row["date"])): row["kind"]
        for row in _rows(seeds / "calendar_days.csv")
    }
    promises = [
        Promise(
            row["clock"],
            row["category"],
            row["severity"],
            row["org_unit_id"],
            Decimal(row["hours"]) if row["hours"] else None,
            row["is_business_time"] == "true",
            _day(row["valid_from"], date.min),
        )
        for row in _rows(seeds / "service_promises.csv")
    ]
    return Business(zone, dict(openings), kinds, dict(calendars), promises)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _day(text: str, otherwise: date) -> date:
    return date.fromisoformat(text) if text else otherwise
