"""Turns the months of a metric into a figure: headline, chart in two widths, table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evenkeel.report.charts import NARROW, WIDE, Month, Trend, draw_trend
from evenkeel.report.drawing import scale
from evenkeel.report.labels import target_place
from evenkeel.report.model import Metric, Value
from evenkeel.report.view import Figure, Line
from evenkeel.report.words import Words

# Labels that fit below a chart, and the numbers of months that may lie between two of them.
MOST_LABELS = {WIDE: 9, NARROW: 5}
LABEL_STEPS = (1, 2, 3, 6)
LEAST_MONTHS = 2


def figure(number: int, line: Line, population: str, words: Words, charts: Path) -> Figure:
    """Return the figure of one scorecard line.

    Parameters
    ----------
    number
        The figure's number on the page.
    population
        The unit that the values are of.
    charts
        Folder of the chart specifications.
    """
    rows = _from_first_shown(line.months)
    drawings = None
    if sum(value.is_shown for value in rows) >= LEAST_MONTHS:
        trend = _trend(line.metric, rows, words)
        drawings = (
            _draw(trend, WIDE, rows, words, charts),
            _draw(trend, NARROW, rows, words, charts),
        )
    return Figure(
        number=number,
        line=line,
        headline=words.headline(line.metric, line.now),
        subtitle=_subtitle(line.metric, rows, population, words),
        charts=drawings,
        rows=rows,
        has_target=any(value.target is not None for value in rows),
        note=_note(line, rows, words),
    )


def _from_first_shown(months: Sequence[Value]) -> tuple[Value, ...]:
    """Leave out the months before the first one that was measured."""
    first = next((i for i, value in enumerate(months) if value.state != "not_measured"), None)
    return tuple(months[-1:] if first is None else months[first:])


def _subtitle(metric: Metric, rows: Sequence[Value], population: str, words: Words) -> str:
    _ = words.figures.language.gettext
    largest = max((abs(value.value) for value in rows if value.value is not None), default=0.0)
    return _(
        "{unit}, {population}, monthly, {first} to {last}",
        unit=words.unit_label(metric, largest),
        population=population,
        first=words.figures.month(rows[0].start, short=True),
        last=words.figures.month(rows[-1].start, short=True),
    )


def _note(line: Line, rows: Sequence[Value], words: Words) -> str:
    """Return what stands below the chart: base, interval, changes, and what is not shown."""
    _ = words.figures.language.gettext
    n_ = words.figures.language.ngettext
    figures, metric, now = words.figures, line.metric, line.now
    sentences = []
    if now.is_shown:
        limits = figures.interval(metric, now.low, now.high)
        if not metric.is_total and now.base is not None:
            sentences.append(_("n = {base}.", base=figures.count(now.base)))
        if limits:
            sentences.append(_("Interval {limits}.", limits=limits))
        for day, change in ((words.last_month, now.month), (words.last_year, now.year)):
            if text := words.change(metric, change):
                sentences.append(_("Since {month}: {change}.", month=words.month(day), change=text))
    if hidden := sum(value.is_hidden for value in rows):
        count = figures.count(hidden)
        sentences.append(
            n_("{count} month is hidden.", "{count} months are hidden.", hidden, count=count)
        )
    if missing := sum(value.state == "not_measured" for value in rows):
        count = figures.count(missing)
        sentences.append(
            n_(
                "{count} month was not measured.",
                "{count} months were not measured.",
                missing,
                count=count,
            )
        )
    return " ".join(sentences)


def _draw(trend: Trend, width: int, rows: Sequence[Value], words: Words, charts: Path) -> str:
    place = target_place(trend, width)
    return draw_trend(charts, trend, width, _x_labels(rows, width, words), place)


def _trend(metric: Metric, rows: Sequence[Value], words: Words) -> Trend:
    shown = [value for value in rows if value.is_shown]
    numbers = [
        number
        for value in shown
        for number in (value.value, value.low, value.high)
        if number is not None
    ]
    numbers += [value.target for value in rows if value.target is not None]
    y_scale = scale(metric, numbers, from_zero=metric.is_total)
    _ = words.figures.language.gettext
    targets = [value.target for value in rows if value.target is not None]
    last = rows[-1].value if rows[-1].is_shown else None
    return Trend(
        months=tuple(_month(rows, index) for index in range(len(rows))),
        y_scale=y_scale,
        y_labels=tuple(words.figures.tick(metric, t, y_scale) for t in y_scale.ticks),
        end_label="" if last is None else words.figures.value(metric, last),
        target_label=_("Target {value}", value=words.figures.value(metric, targets[-1]))
        if targets
        else "",
        hidden=tuple(index for index, value in enumerate(rows) if value.is_hidden),
    )


def _month(rows: Sequence[Value], index: int) -> Month:
    row = rows[index]
    is_last = index == len(rows) - 1
    has_band = row.is_shown and row.low is not None and row.high is not None
    joined = [rows[i].is_shown for i in (index - 1, index + 1) if 0 <= i < len(rows)]
    alone = row.is_shown and not any(joined)
    return Month(
        month=index,
        value=row.value if row.is_shown else None,
        low=row.low if has_band else None,
        high=row.high if has_band else None,
        target=row.target,
        alone=alone and has_band,
        dot=(is_last and row.is_shown) or alone,
        low_base=row.state == "low_base",
    )


def _x_labels(rows: Sequence[Value], width: int, words: Words) -> dict[int, str]:
    """Label every few months, back from the last; the year where it changes."""
    step = next((s for s in LABEL_STEPS if len(rows) / s <= MOST_LABELS[width]), LABEL_STEPS[-1])
    places = list(range(len(rows) - 1, -1, -step))[::-1]
    labels: dict[int, str] = {}
    year = None
    for place in places:
        day = rows[place].start
        same_year = day.year == year
        labels[place] = (
            words.figures.month_name(day, short=True)
            if same_year
            else words.figures.month(day, short=True)
        )
        year = day.year
    return labels
