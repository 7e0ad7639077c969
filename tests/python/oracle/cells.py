"""From facts to cells: sums per metric, weighting, period, unit and slice value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from .catalogue import Entry, rounded
from .facts import Fact
from .organisation import ALL, Organisation
from .periods import Period, period_of, periods_between
from .settings import Settings

ZERO = Decimal(0)
Place = tuple[str, str, str, str, str]  # period type and key, unit, slice, slice value


class Key(NamedTuple):
    """What identifies a row of metric_values."""

    metric_id: str
    weighting: str
    period_type: str
    period_key: str
    org_unit_id: str
    slice: str
    slice_value: str


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


class Places:
    """Which facts lie in which place: a period, a unit, and a value of a slice.

    Metrics that share periods and slices share the places of their facts.
    """

    def __init__(self, facts: list[Fact], organisation: Organisation, settings: Settings) -> None:
        self.facts, self.organisation, self.settings = facts, organisation, settings
        self.periods: dict[tuple[str, str], Period] = {}
        self._members: dict[tuple[object, ...], dict[Place, list[int]]] = {}

    def members(self, entry: Entry, method: str) -> dict[Place, list[int]]:
        """Numbers of the facts by place, whatever metric counts them."""
        signature = (entry.periods, entry.slices, is_listed(method, "day", ALL))
        if signature not in self._members:
            self._members[signature] = self._sorted(entry, method)
        return self._members[signature]

    def _sorted(self, entry: Entry, method: str) -> dict[Place, list[int]]:
        span = span_of((fact.day for fact in self.facts), self.settings)
        by_day = periods_by_day(entry, span) if span else {}
        found: dict[Place, list[int]] = defaultdict(list)
        for number, fact in enumerate(self.facts):
            units = self.organisation.path(fact.unit, fact.day)
            for period, slice_name in _places(entry, method, fact, by_day):
                period_type, key = period.period_type, period.key
                self.periods[period_type, key] = period
                for value, unit in product(fact.values(slice_name), units):
                    found[period_type, key, unit, slice_name, value].append(number)
        return found


def cells_of(entry: Entry, method: str, places: Places) -> Cells:
    """Every cell of a metric of facts that has something in it."""
    sums = Sums.of(entry, method, places.facts)
    cells: Cells = {}
    for place, members in places.members(entry, method).items():
        period = places.periods[place[0], place[1]]
        own = [number for number in members if number in sums.counted]
        if own:
            cells[Key(entry.metric_id, "none", *place)] = sums.cell(period, own)
    return cells


@dataclass(frozen=True)
class Sums:
    """What each fact adds to the cells of a metric; nothing for those not in its base."""

    facts: list[Fact]
    counted: set[int]
    is_quantile: bool
    is_weighted: bool
    x: list[Decimal]
    x2: list[Decimal]
    w: list[Decimal]
    w2: list[Decimal]
    wx: list[Decimal]
    wx2: list[Decimal]
    w2x: list[Decimal]
    w2x2: list[Decimal]

    @classmethod
    def of(cls, entry: Entry, method: str, facts: list[Fact]) -> Sums:
        """A missing weight is 1; measures are rounded before anything is added."""
        x = [rounded(fact.measures.get(entry.metric_id, ZERO) / entry.factor) for fact in facts]
        w = [Decimal(1) if fact.weight is None else fact.weight for fact in facts]
        return cls(
            facts,
            {number for number, fact in enumerate(facts) if entry.metric_id in fact.measures},
            method not in {"sum", "mean"},
            "design" in entry.weightings,
            x,
            [xi * xi for xi in x],
            w,
            [wi * wi for wi in w],
            [wi * xi for wi, xi in zip(w, x, strict=True)],
            [wi * xi * xi for wi, xi in zip(w, x, strict=True)],
            [wi * wi * xi for wi, xi in zip(w, x, strict=True)],
            [wi * wi * xi * xi for wi, xi in zip(w, x, strict=True)],
        )

    def cell(self, period: Period, numbers: list[int]) -> Cell:
        def total(values: list[Decimal]) -> Decimal:
            return sum(map(values.__getitem__, numbers), ZERO)

        own = [self.facts[number] for number in numbers]
        cell = Cell(
            period,
            base=len(own),
            value_sum=total(self.x),
            value_squares=total(self.x2),
            known_persons={fact.person for fact in own if fact.person is not None},
            unknown_persons=sum(fact.person is None for fact in own),
            versions={fact.version for fact in own if fact.is_answer and fact.version is not None},
            values=[int(self.x[number]) for number in numbers] if self.is_quantile else [],
        )
        if self.is_weighted:
            cell.is_weighted = any(fact.weight is not None for fact in own)
            cell.weight_sum, cell.weight_squares = total(self.w), total(self.w2)
            cell.weighted_sum, cell.weighted_squares = total(self.wx), total(self.wx2)
            cell.weight2_sum, cell.weight2_squares = total(self.w2x), total(self.w2x2)
        return cell


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
