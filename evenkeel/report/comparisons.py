"""Sets the units below side by side: a bar and an interval each, against the unit above."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import date

from evenkeel.report.drawing import Scale, scale
from evenkeel.report.model import Metric, Organisation, Unit, Value, not_measured
from evenkeel.report.view import Bar, Comparison
from evenkeel.report.words import Words

Values = Mapping[str, Mapping[tuple[str, date], Value]]
LEAST_UNITS = 2
# More names than this do not fit a headline.
NAMED = 2


def compared_unit(organisation: Organisation, unit: Unit, reported: Container[str]) -> Unit:
    """Return the unit whose children are compared: past levels that hold a single unit."""
    while len(below := reported_children(organisation, unit, reported)) == 1:
        unit = below[0]
    return unit


def reported_children(
    organisation: Organisation, unit: Unit, reported: Container[str]
) -> list[Unit]:
    """Return the units directly below that have figures in the period."""
    return [child for child in organisation.children(unit.unit_id) if child.unit_id in reported]


def compare(
    first_number: int,
    metrics: Sequence[Metric],
    above: Unit,
    units: Sequence[Unit],
    values: Values,
    words: Words,
) -> tuple[Comparison, ...]:
    """Compare the units in every metric that has a direction and does not grow with size.

    A metric is left out where fewer than two units have a value to show, or the unit above has
    none to hold them against. Metrics in which no unit stands apart come last.
    """
    found: list[Comparison] = []
    for metric in metrics:
        if metric.is_total or metric.better not in ("higher", "lower"):
            continue
        key = (metric.metric_id, words.period.start)
        rows = [_value(values, unit, key) for unit in units]
        total = _value(values, above, key)
        if sum(row.is_shown for row in rows) >= LEAST_UNITS and total.is_shown:
            found.append(_comparison(metric, above, units, rows, total, words))
    ordered = sorted(found, key=lambda comparison: comparison.is_alike)
    return tuple(replace(item, number=first_number + i) for i, item in enumerate(ordered))


def _value(values: Values, unit: Unit, key: tuple[str, date]) -> Value:
    return values.get(unit.unit_id, {}).get(key) or not_measured(key[0], unit.unit_id, key[1])


def _comparison(
    metric: Metric,
    above: Unit,
    units: Sequence[Unit],
    rows: Sequence[Value],
    total: Value,
    words: Words,
) -> Comparison:
    numbers = [
        limit
        for row in (*rows, total)
        if row.is_shown
        for limit in (row.value, row.low, row.high)
        if limit is not None
    ]
    axis = scale(metric, numbers, from_zero=True)
    reference = total.value if total.value is not None else 0.0
    higher = [u for u, row in zip(units, rows, strict=True) if _lies_above(row, reference)]
    lower = [u for u, row in zip(units, rows, strict=True) if _lies_below(row, reference)]
    best, worst = (higher, lower) if metric.better == "higher" else (lower, higher)
    _ = words.figures.language.gettext
    is_tested = any(row.low is not None or row.high is not None for row in rows)
    return Comparison(
        number=0,
        metric=metric,
        headline=_headline(metric, above, higher, lower, words)
        if is_tested
        else _("{metric} by unit, differences not tested", metric=metric.name),
        subtitle=_(
            "{unit}, units of {above}, {month}",
            unit=words.unit_label(metric, max(map(abs, numbers))),
            above=above.name,
            month=words.figures.month(words.period.start),
        ),
        bars=tuple(_bar(unit, row, axis) for unit, row in zip(units, rows, strict=True)),
        total=_bar(above, total, axis),
        reference=axis.percent(reference),
        scale=_(
            "Scale {low} to {high}",
            low=words.figures.tick(metric, axis.low, axis),
            high=words.figures.tick(metric, axis.high, axis),
        ),
        better_than=tuple(unit.name for unit in best),
        worse_than=tuple(unit.name for unit in worst),
        is_alike=is_tested and not higher and not lower,
    )


def _lies_above(row: Value, reference: float) -> bool:
    return row.is_shown and row.low is not None and row.low > reference


def _lies_below(row: Value, reference: float) -> bool:
    return row.is_shown and row.high is not None and row.high < reference


def _bar(unit: Unit, row: Value, axis: Scale) -> Bar:
    if not row.is_shown or row.value is None:
        return Bar(unit, row, 0.0, 0.0, None, None, axis.percent(0.0))
    zero, end = axis.percent(0.0), axis.percent(row.value)
    has_interval = row.low is not None and row.high is not None
    return Bar(
        unit=unit,
        value=row,
        start=min(zero, end),
        width=round(abs(end - zero), 2),
        low=axis.percent(row.low) if has_interval and row.low is not None else None,
        high=axis.percent(row.high) if has_interval and row.high is not None else None,
        zero=zero,
    )


def _headline(
    metric: Metric, above: Unit, higher: Sequence[Unit], lower: Sequence[Unit], words: Words
) -> str:
    _ = words.figures.language.gettext
    parts = {
        "metric": metric.name,
        "above": above.name,
        "higher": _names(higher, words),
        "lower": _names(lower, words),
    }
    if higher and lower:
        return _("{metric}: {higher} above {above}, {lower} below", **parts)
    if higher:
        return _("{metric}: {higher} above {above}", **parts)
    if lower:
        return _("{metric}: {lower} below {above}", **parts)
    return _("{metric}: no unit stands apart from {above}", **parts)


def _names(units: Sequence[Unit], words: Words) -> str:
    if len(units) > NAMED:
        return words.figures.language.ngettext(
            "{count} unit", "{count} units", len(units), count=words.figures.count(len(units))
        )
    return words.figures.language.listed([unit.name for unit in units])
