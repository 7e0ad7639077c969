"""From facts to cells: sums per metric, weighting, period, unit and slice value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .catalogue import Entry, rounded
from .facts import Fact
from .organisation import ALL, Organisation
from .periods import Period, period_of, periods_between
from .settings import Settings

ZERO = Decimal(0)


class Key(NamedTuple):
    """What identifies a row of metric_values."""

    metric_id: str
    weighting: str
    period_type: str
    period_key: str
    org_unit_id: str
    slice: str
    slice_value: str


class Summands(NamedTuple):
    """What one fact adds to the sums of a cell."""

    x: Decimal
    x2: Decimal
    second: int
    is_weighted: bool
    w: Decimal
    w2: Decimal
    wx: Decimal
    wx2: Decimal
    w2x: Decimal
    w2x2: Decimal


def summands(x: Decimal, weight: Decimal | None, is_weighted: bool) -> Summands:
    """A missing weight is 1; the weighted sums are left out where the metric has none."""
    w = Decimal(1) if weight is None else weight
    return Summands(
        x, x * x, int(x), is_weighted, w, w * w, w * x, w * x * x, w * w * x, w * w * x * x
    )


@dataclass
class Cell:
    """Sums of one row of metric_values; exact, whatever the order of the facts."""

    period: Period
    base: int = 0
    value_sum: Decimal = ZERO
    value_squares: Decimal = ZERO
    denominator: float | None = None
    weight_sum: Decimal = ZERO
    weight_squares: Decimal = ZERO
    weighted_sum: Decimal = ZERO
    weighted_squares: Decimal = ZERO
    weight2_sum: Decimal = ZERO
    weight2_squares: Decimal = ZERO
    is_weighted: bool = False
    known_persons: set[str] = field(default_factory=set)
    unknown_persons: int = 0
    versions: set[tuple[str, str]] = field(default_factory=set)
    values: list[int] = field(default_factory=list)
    distinct_persons: int | None = None

    @property
    def persons(self) -> int:
        if self.distinct_persons is not None:
            return self.distinct_persons
        return len(self.known_persons) + self.unknown_persons

    def add(self, summands: Summands, fact: Fact) -> None:
        self.base += 1
        self.value_sum += summands.x
        self.value_squares += summands.x2
        if summands.is_weighted:
            self.weight_sum += summands.w
            self.weight_squares += summands.w2
            self.weighted_sum += summands.wx
            self.weighted_squares += summands.wx2
            self.weight2_sum += summands.w2x
            self.weight2_squares += summands.w2x2
            self.is_weighted |= fact.weight is not None
        if fact.person is None:
            self.unknown_persons += 1
        else:
            self.known_persons.add(fact.person)
        if fact.version is not None and fact.is_answer:
            self.versions.add(fact.version)
        self.values.append(summands.second)


Cells = dict[Key, Cell]


@dataclass(frozen=True)
class Span:
    """First and last day of a metric's facts, and the periods of each type in between."""

    first: date
    last: date
    settings: Settings

    def periods(self, period_type: str) -> list[Period]:
        return periods_between(period_type, self.first, self.last, self.settings)


def span_of(days: Iterable[date], settings: Settings) -> Span | None:
    found = sorted(days)
    return Span(found[0], found[-1], settings) if found else None


def periods_by_day(entry: Entry, span: Span) -> dict[date, list[Period]]:
    """Periods of every type of the metric in which each day lies, within the span."""
    found: dict[date, list[Period]] = defaultdict(list)
    days = [period.start for period in span.periods("day")]
    for period_type in entry.periods:
        if period_type == "year_to_date":
            for period in span.periods(period_type):
                assert period.end is not None
                for day in days:
                    if period.start <= day < period.end:
                        found[day].append(period)
        elif period_type != "wave":
            for day in days:
                found[day].append(period_of(period_type, day, span.settings))
    return found


def is_listed(method: str, period_type: str, slice_name: str) -> bool:
    """`day` is for slice `all` and the methods sum, mean and rate only."""
    if period_type != "day":
        return True
    return slice_name == ALL and method in {"sum", "mean", "rate"}


def cells_of(
    entry: Entry, method: str, facts: list[Fact], organisation: Organisation, settings: Settings
) -> Cells:
    """Every cell of a metric of facts that has something in it."""
    counted = [fact for fact in facts if entry.metric_id in fact.measures]
    cells: Cells = {}
    span = span_of((fact.day for fact in counted if fact.is_pooled), settings)
    by_day = periods_by_day(entry, span) if span else {}
    for fact in counted:
        x = rounded(fact.measures[entry.metric_id] / entry.factor)
        added = summands(x, fact.weight, "design" in entry.weightings)
        for period, slice_name in _places(entry, method, fact, by_day):
            for unit in organisation.path(fact.unit, fact.day):
                key = Key(
                    entry.metric_id, "none", period.period_type, period.key, unit, slice_name,
                    fact.slices[slice_name],
                )  # fmt: skip
                cells.setdefault(key, Cell(period)).add(added, fact)
    return cells


def _places(
    entry: Entry, method: str, fact: Fact, by_day: dict[date, list[Period]]
) -> Iterator[tuple[Period, str]]:
    """Periods and slices in which a fact counts (rule 19)."""
    for slice_name in entry.slices:
        if fact.is_pooled or slice_name == "programme":
            for period in by_day.get(fact.day, []):
                if is_listed(method, period.period_type, slice_name):
                    yield period, slice_name
        if "wave" in entry.periods and fact.wave is not None:
            yield fact.wave, slice_name


def grid(
    entry: Entry, method: str, periods: Iterable[Period], organisation: Organisation
) -> Iterator[tuple[Key, Period]]:
    """Rows of slice `all` that must exist: `all` and every open unit, in each period."""
    if ALL not in entry.slices:
        return
    for period in periods:
        if not is_listed(method, period.period_type, ALL):
            continue
        last = period.last_day(organisation.as_of)
        for unit in [ALL, *organisation.units]:
            if unit == ALL or organisation.is_open(unit, period.start, last):
                yield (
                    Key(entry.metric_id, "none", period.period_type, period.key, unit, ALL, ALL),
                    period,
                )


def with_grid(
    entry: Entry, method: str, cells: Cells, facts: list[Fact], organisation: Organisation,
    settings: Settings,
) -> Cells:  # fmt: skip
    """The cells of a metric of facts, and empty ones where the grid asks for a row."""
    counted = [fact for fact in facts if entry.metric_id in fact.measures]
    span = span_of((fact.day for fact in counted if fact.is_pooled), settings)
    periods: list[Period] = []
    for period_type in entry.periods:
        if period_type == "wave":
            periods += {fact.wave.key: fact.wave for fact in counted if fact.wave}.values()
        elif span is not None:
            periods += span.periods(period_type)
    for key, period in grid(entry, method, periods, organisation):
        cells.setdefault(key, Cell(period))
    return cells
