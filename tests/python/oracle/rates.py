"""Rates: sums of one fact over sums of another, of the same unit, period and slice value."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from .catalogue import Entry
from .cells import Cell, Cells, Key, grid, is_listed, span_of
from .facts import Fact
from .organisation import Organisation
from .settings import Settings


def rate_cells(
    entry: Entry,
    numerators: list[tuple[Fact, Decimal]],
    denominators: list[tuple[Fact, Decimal]],
    organisation: Organisation,
    settings: Settings,
    is_of_persons: bool = False,
    is_of_rows: bool = False,
) -> Cells:
    """The numerators' days make the span; what the denominators add up to is the base.

    With `is_of_persons` they add up to the distinct persons of the denominators; with `is_of_rows`
    the base is the number of denominators, whatever they add up to.
    """
    span = span_of((fact.day for fact, _ in numerators), settings)
    if span is None or not denominators:
        return {}
    sums: dict[Key, Decimal] = defaultdict(Decimal)
    squares: dict[Key, Decimal] = defaultdict(Decimal)
    bases: dict[Key, Decimal] = defaultdict(Decimal)
    rows: dict[Key, int] = defaultdict(int)
    persons: dict[Key, set[str | None]] = defaultdict(set)
    periods = {
        (period_type, period.key): period
        for period_type in entry.periods
        for period in span.periods(period_type)
    }
    for is_base, source in ((False, numerators), (True, denominators)):
        for fact, size in source:
            for period in periods.values():
                if period.end is None or not period.start <= fact.day < period.end:
                    continue
                for name in entry.slices:
                    if not is_listed("rate", period.period_type, name):
                        continue
                    for unit in organisation.path(fact.unit, fact.day):
                        key = Key(
                            entry.metric_id, "none", period.period_type, period.key, unit, name,
                            fact.slices[name],
                        )  # fmt: skip
                        if is_base:
                            is_new = fact.person not in persons[key] or not is_of_persons
                            bases[key] += size if is_new else 0
                            persons[key].add(fact.person)
                            rows[key] += 1
                        else:
                            sums[key] += size
                            squares[key] += size * size
    wanted = {key for key in bases if bases[key] > 0}
    wanted |= {key for key, _ in grid(entry, "rate", periods.values(), organisation)}
    return {
        key: Cell(
            periods[key.period_type, key.period_key],
            base=rows[key] if is_of_rows else int(bases[key]),
            value_sum=sums[key],
            value_squares=squares[key],
            denominator=float(bases[key]),
        )
        for key in wanted
    }


def sized(facts: list[Fact], name: str | None = None) -> list[tuple[Fact, Decimal]]:
    """Facts with what each adds: a measure, or one where no measure is named."""
    if name is None:
        return [(fact, Decimal(1)) for fact in facts]
    return [(fact, fact.measures[name]) for fact in facts if name in fact.measures]
