"""The seeds that the oracle takes as given: catalogue rows, scales, targets and index weights."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

MILLIONTH = Decimal("0.000001")


def rounded(value: Decimal, places: Decimal = MILLIONTH) -> Decimal:
    """Half away from zero."""
    return value.quantize(places, rounding=ROUND_HALF_UP)


def rounded_fraction(value: Fraction) -> Decimal:
    """To the millionth, half away from zero, of the exact value."""
    whole, rest = divmod(abs(value.numerator) * 10**6, value.denominator)
    whole += 2 * rest >= value.denominator
    return Decimal(whole if value >= 0 else -whole) * MILLIONTH


@dataclass(frozen=True)
class Entry:
    """What the oracle reads of a catalogue row; the measure it knows by the metric's name."""

    metric_id: str
    definition_version: int
    factor: Decimal
    unit: str
    better: str
    interval: str
    privacy_class: str
    periods: tuple[str, ...]
    slices: tuple[str, ...]
    weightings: tuple[str, ...]


@dataclass
class Scale:
    """Codes of a scale that count, and those that are at the top."""

    codes: set[Decimal] = field(default_factory=set)
    not_applicable: set[Decimal] = field(default_factory=set)
    top1: set[Decimal] = field(default_factory=set)
    top2: set[Decimal] = field(default_factory=set)
    bottom2: set[Decimal] = field(default_factory=set)
    is_continuous: bool = False

    @property
    def low(self) -> Decimal:
        return min(self.codes)

    @property
    def high(self) -> Decimal:
        return max(self.codes)

    def has(self, value: Decimal) -> bool:
        if not self.codes:
            return False
        return self.low <= value <= self.high if self.is_continuous else value in self.codes

    def accepts(self, value: Decimal) -> bool:
        """False where a value cannot be an answer on this scale, so that its row is refused."""
        return not self.codes or self.has(value) or value in self.not_applicable

    def is_from_to(self, low: int, high: int) -> bool:
        """True for a scale of codes with these ends."""
        is_scale = bool(self.codes) and not self.is_continuous
        return is_scale and self.low == low and self.high == high

    def exact_score(self, value: Decimal) -> Fraction | None:
        """0-100 between the ends of the scale, without any rounding."""
        if self.low == self.high:
            return None
        return 100 * Fraction(value - self.low) / Fraction(self.high - self.low)

    def score(self, value: Decimal) -> Decimal | None:
        """0-100 between the ends of the scale, to the millionth."""
        exact = self.exact_score(value)
        return None if exact is None else rounded_fraction(exact)


@dataclass(frozen=True)
class Target:
    org_unit_id: str
    valid_from: date | None
    valid_to: date | None
    target: Decimal


@dataclass(frozen=True)
class IndexWeight:
    """What a part weighs in an index from a day on; without a day: since ever."""

    part: str
    valid_from: date | None
    weight: Decimal


IndexWeights = dict[str, list[IndexWeight]]


@dataclass(frozen=True)
class Catalogue:
    entries: dict[str, Entry]
    scales: dict[str, Scale]
    targets: dict[str, list[Target]]
    index_weights: IndexWeights = field(default_factory=dict)

    def target(self, metric_id: str, unit: str, day: date) -> Decimal | None:
        """The unit's own target on a day, else the default one."""
        for wanted in (unit, "default"):
            for target in self.targets.get(metric_id, []):
                begins = target.valid_from is None or target.valid_from <= day
                lasts = target.valid_to is None or target.valid_to >= day
                if target.org_unit_id == wanted and begins and lasts:
                    return target.target
        return None


def read_catalogue(seeds: Path) -> Catalogue:
    entries = {row["metric_id"]: _entry(row) for row in _rows(seeds / "metrics.csv")}
    scales: dict[str, Scale] = defaultdict(Scale)
    for row in _rows(seeds / "scales.csv"):
        scale = scales[row["scale_id"]]
        if row["is_not_applicable"] == "true":
            scale.not_applicable.add(Decimal(row["code"]))
        elif row["code"]:
            scale.codes.add(Decimal(row["code"]))
            scale.is_continuous |= row["is_continuous"] == "true"
            if row["is_top2"] == "true":
                scale.top2.add(Decimal(row["code"]))
            if row["is_top1"] == "true":
                scale.top1.add(Decimal(row["code"]))
            if row["is_bottom2"] == "true":
                scale.bottom2.add(Decimal(row["code"]))
    targets: dict[str, list[Target]] = defaultdict(list)
    for row in _rows(seeds / "targets.csv"):
        begin, end = (_day(row[name]) for name in ("valid_from", "valid_to"))
        target = Target(row["org_unit_id"], begin, end, Decimal(row["target"]))
        targets[row["metric_id"]].append(target)
    return Catalogue(entries, dict(scales), dict(targets), read_index_weights(seeds))


def read_index_weights(seeds: Path) -> IndexWeights:
    """Versions of weights by index; a project without the seed has none."""
    file = seeds / "index_weights.csv"
    found: IndexWeights = defaultdict(list)
    for row in _rows(file) if file.exists() else []:
        weight = IndexWeight(row["part"], _day(row["valid_from"]), Decimal(row["weight"]))
        found[row["index_id"]].append(weight)
    return dict(found)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        metric_id=row["metric_id"],
        definition_version=int(row["definition_version"]),
        factor=Decimal(row["factor"]),
        unit=row["unit"],
        better=row["better"],
        interval=row["interval"],
        privacy_class=row["privacy_class"],
        periods=tuple(row["periods"].split()),
        slices=tuple(row["slices"].split()),
        weightings=tuple(row["weightings"].split()),
    )
