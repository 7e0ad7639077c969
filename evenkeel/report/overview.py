"""Puts the overview of one unit together: picks the rows and has the words chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evenkeel.report.comparisons import Values, compare, compared_unit, reported_children
from evenkeel.report.drawing import spark
from evenkeel.report.messages import key_messages, summary
from evenkeel.report.model import (
    Loads,
    Metric,
    Organisation,
    Period,
    Release,
    Unit,
    not_measured,
)
from evenkeel.report.trends import figure
from evenkeel.report.view import Figure, FigureGroup, Group, Line, Link, Overview
from evenkeel.report.words import Words

TREND_MONTHS = 24
SPARK_MONTHS = 12


@dataclass(frozen=True)
class Material:
    """What every report of one release, month and language shares.

    Attributes
    ----------
    addresses
        Of each unit that has a report in this month, its address seen from another report.
    """

    release: Release
    period: Period
    metrics: tuple[Metric, ...]
    organisation: Organisation
    values: Values
    loads: tuple[Loads, ...]
    words: Words
    charts: Path
    addresses: Mapping[str, str]


def months_up_to(last: date, count: int) -> tuple[date, ...]:
    """Return the first days of `count` months, the last of them `last`."""
    serial = last.year * 12 + last.month - 1
    numbers = range(serial - count + 1, serial + 1)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)


def build_overview(material: Material, unit_id: str) -> Overview:
    """Return everything that the overview of a unit shows."""
    words, organisation = material.words, material.organisation
    unit = organisation.unit(unit_id)
    lines = _lines(material, unit)
    groups = _grouped(lines, words)
    trends = _trends(groups, unit, material)
    above = compared_unit(organisation, unit, material.addresses)
    below = reported_children(organisation, above, material.addresses)
    number = 1 + sum(len(group.figures) for group in trends)
    comparisons = compare(number, material.metrics, above, below, material.values, words)
    shown = {line.metric.metric_id for line in lines}
    path = [_link(item, material) for item in organisation.path(unit)]
    return Overview(
        release=material.release,
        period=material.period,
        organisation=organisation,
        unit=unit,
        path=tuple(path),
        below={item.unit_id: material.addresses[item.unit_id] for item in below},
        messages=key_messages(
            lines, comparisons, words, is_incomplete=material.release.is_incomplete
        ),
        groups=groups,
        trends=trends,
        compared=above,
        comparisons=comparisons,
        neighbours=path[-1] if path and not below else None,
        loads=material.loads,
        absent=tuple(m.name for m in material.metrics if m.metric_id not in shown),
        summary=summary(lines, words),
    )


def _link(unit: Unit, material: Material) -> Link:
    return Link(unit, material.addresses.get(unit.unit_id))


def _lines(material: Material, unit: Unit) -> tuple[Line, ...]:
    """Return a line for each metric that had something to count in the last twelve months."""
    starts = months_up_to(material.period.start, TREND_MONTHS)
    of_unit = material.values.get(unit.unit_id, {})
    lines = []
    for metric in material.metrics:
        months = tuple(
            of_unit.get((metric.metric_id, start))
            or not_measured(metric.metric_id, unit.unit_id, start)
            for start in starts
        )
        year = months[-SPARK_MONTHS:]
        if any(value.state != "not_measured" for value in year):
            numbers = [value.value if value.is_shown else None for value in year]
            lines.append(Line(metric, months[-1], months, spark(numbers, months[-1].target)))
    return tuple(lines)


def _grouped(lines: Sequence[Line], words: Words) -> tuple[Group, ...]:
    """Group the lines by domain; domains and lines keep the catalogue's order."""
    domains = dict.fromkeys(line.metric.domain for line in lines)
    return tuple(
        Group(
            words.label("domain", domain),
            tuple(line for line in lines if line.metric.domain == domain),
        )
        for domain in domains
    )


def _trends(groups: Sequence[Group], unit: Unit, material: Material) -> tuple[FigureGroup, ...]:
    number = 0
    found = []
    for group in groups:
        figures: list[Figure] = []
        for line in group.lines:
            number += 1
            figures.append(figure(number, line, unit.name, material.words, material.charts))
        found.append(FigureGroup(group.name, tuple(figures)))
    return tuple(found)
