"""Chooses the words of a finding; every verb follows the test of the difference, never its sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from evenkeel.report.figures import Figures
from evenkeel.report.model import Change, Metric, Period, Unit, Value


@dataclass(frozen=True)
class Words:
    """What a report says of a value, in one language and for one period.

    Attributes
    ----------
    labels
        Labels of codes by (kind, code).
    last_month, last_year
        First days of the two months that the period is compared with.
    """

    figures: Figures
    labels: Mapping[tuple[str, str], str]
    period: Period
    last_month: date
    last_year: date

    def label(self, kind: str, code: str) -> str:
        """Return the label of a code; one without a label is shown as it is, made readable."""
        readable = code.replace("_", " ")
        return self.labels.get((kind, code)) or readable[:1].upper() + readable[1:]

    def unit_label(self, metric: Metric, largest: float) -> str:
        """Return the unit of numbers up to `largest`, as it stands at the beginning of a line."""
        _ = self.figures.language.gettext
        if self.figures.is_clock(metric, largest):
            return _("Minutes:seconds")
        label = self.label("unit", metric.unit)
        return label[:1].upper() + label[1:]

    def unit_name(self, unit: Unit) -> str:
        """Return a unit with its level: Site: Bay View."""
        if not unit.level:
            return unit.name
        _ = self.figures.language.gettext
        return _("{level}: {name}", level=self.label("org_level", unit.level), name=unit.name)

    def headline(self, metric: Metric, now: Value) -> str:
        """Return the finding of one metric as a sentence without a full stop."""
        _ = self.figures.language.gettext
        month = self.figures.month(self.period.start)
        if now.is_hidden:
            return _("{metric} is hidden in {month}", metric=metric.name, month=month)
        if not now.is_shown or now.value is None:
            return _("{metric} was not measured in {month}", metric=metric.name, month=month)
        since, change = self.finding(now)
        parts = {
            "metric": metric.name,
            "since": self.month(since),
            "value": self.figures.value(metric, now.value),
        }
        if change.state == "up":
            return _("{metric} rose since {since}: {value}", **parts)
        if change.state == "down":
            return _("{metric} fell since {since}: {value}", **parts)
        if change.state == "no_clear_change":
            return _("{metric} shows no clear change since {since}: {value}", **parts)
        return _("{metric} in {month}: {value}", month=month, **parts)

    def month(self, day: date) -> str:
        """Return the name of a month before the period; with its year if that is a year ago."""
        if day == self.last_month:
            return self.figures.month_name(day)
        return self.figures.month(day)

    def finding(self, now: Value) -> tuple[date, Change]:
        """Return the change that is the news: of the month if clear, else of the year if clear."""
        if not now.month.is_clear and (now.year.is_clear or not _is_tested(now.month)):
            return self.last_year, now.year
        return self.last_month, now.month

    def change(self, metric: Metric, change: Change) -> str:
        """Return a difference with its interval: −0.8, interval −4.2 to +2.6."""
        _ = self.figures.language.gettext
        if change.difference is None:
            return ""
        text = self.figures.difference(metric, change.difference)
        limits = self.figures.difference_interval(metric, change.low, change.high)
        if change.state == "not_tested":
            return _("{change}, not tested", change=text)
        if not limits:
            return text
        return _("{change}, interval {limits}", change=text, limits=limits)

    def colour(self, metric: Metric, change: Change) -> str:
        """Return `good`, `bad` or `plain`: only a clear change of a metric with a direction."""
        if not change.is_clear or metric.better not in ("higher", "lower"):
            return "plain"
        return "good" if (change.state == "up") == (metric.better == "higher") else "bad"


def _is_tested(change: Change) -> bool:
    return change.is_clear or change.state == "no_clear_change"
