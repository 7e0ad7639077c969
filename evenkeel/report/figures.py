"""How a number of each unit is written: digits, signs, units and dates in one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.numbers import NumberPattern, parse_pattern

from evenkeel.report.drawing import Scale
from evenkeel.report.language import Language
from evenkeel.report.model import Metric

MINUS = "\N{MINUS SIGN}"
MINUTE, HOUR = 60, 3600
# Seconds under this are written with a decimal: 0 s would hide a real wait.
FINE_SECONDS = 10
MOST_DECIMALS = 4


@dataclass(frozen=True)
class Style:
    """Digits after the point and what stands behind the number."""

    decimals: int
    kind: str = "plain"


STYLES = {
    "percent": Style(1, "percent"),
    "nps": Style(1),
    "points": Style(1),
    "index_0_100": Style(1),
    "currency": Style(2),
    "hours": Style(1, "hours"),
    "days": Style(1, "days"),
    "count": Style(2),
    "seconds": Style(0, "clock"),
}
PREFIX_STYLES = {"score": Style(2), "per_": Style(2)}
TOTAL = Style(0)
OTHER = Style(1)


def style_of(metric: Metric) -> Style:
    """Return how the metric's unit is written; a unit that is not listed is a plain number."""
    if metric.is_total:
        return TOTAL
    if metric.unit in STYLES:
        return STYLES[metric.unit]
    found = [style for prefix, style in PREFIX_STYLES.items() if metric.unit.startswith(prefix)]
    return found[0] if found else OTHER


@lru_cache(maxsize=64)
def _pattern(decimals: int, percent: bool) -> NumberPattern:
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    return parse_pattern(digits + ("%" if percent else ""))


@lru_cache(maxsize=65_536)
def _digits(size: Decimal, decimals: int, percent: bool, locale: str) -> str:
    """Return a number without sign; the same few thousand recur through all reports of a run."""
    number = size.scaleb(-2) if percent else size
    return str(_pattern(decimals, percent).apply(number, locale))


@lru_cache(maxsize=4_096)
def _month(day: date, skeleton: str, locale: str) -> str:
    return str(format_skeleton(skeleton, day, locale=locale))


def _rounded(number: float, decimals: int) -> Decimal:
    """Round half away from zero, as people do; never a minus before nothing."""
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return exact if exact else abs(exact)


@dataclass(frozen=True)
class Figures:
    """Writes values, intervals, differences and dates in one language.

    Attributes
    ----------
    zone
        The zone in which moments, which are kept in UTC, are told.
    """

    language: Language
    zone: ZoneInfo

    def count(self, number: int) -> str:
        """Return a whole number with its thousands marked."""
        return self._plain(number, 0)

    def value(self, metric: Metric, number: float) -> str:
        """Return a value with its unit where the unit has a sign: 86.2%, 6:52 min, 29.2."""
        return self._with_unit(metric, number, signed=False)

    def difference(self, metric: Metric, number: float) -> str:
        """Return a difference, always signed: +1.3 pp, −0.8."""
        return self._with_unit(metric, number, signed=True)

    def interval(self, metric: Metric, low: float | None, high: float | None) -> str:
        """Return the two limits without unit; one that does not exist is said to be open."""
        return self._limits(metric, low, high, signed=False)

    def difference_interval(self, metric: Metric, low: float | None, high: float | None) -> str:
        """Return the two limits of a difference, signed."""
        return self._limits(metric, low, high, signed=True)

    def tick(self, metric: Metric, number: float, axis: Scale) -> str:
        """Return the label of an axis, with as many digits as the step between labels has."""
        if self.is_clock(metric, axis.high) and axis.step >= 1:
            return self._clock(number, as_clock=True, signed=False)
        exponent = Decimal(repr(axis.step)).normalize().as_tuple().exponent
        decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
        return self._plain(number, decimals, percent=style_of(metric).kind == "percent")

    def share(self, number: float) -> str:
        """Return a share given as 0 to 1 as a whole percentage: 95%."""
        return self._plain(number * 100, 0, percent=True)

    def is_clock(self, metric: Metric, largest: float) -> bool:
        """Return whether numbers up to `largest` are written as minutes and seconds."""
        return style_of(metric).kind == "clock" and _rounded(abs(largest), 0) >= MINUTE

    def month(self, day: date, *, short: bool = False) -> str:
        """Return the month of a day: October 2026, or Oct 2026."""
        return _month(day, "yMMM" if short else "yMMMM", str(self.language.locale))

    def month_name(self, day: date, *, short: bool = False) -> str:
        """Return the name of the month of a day without its year: October, or Oct."""
        return str(format_date(day, "LLL" if short else "LLLL", locale=self.language.locale))

    def moment(self, moment: date) -> str:
        """Return a day, with the local time where a time is known: midnight is none."""
        locale = self.language.locale
        if isinstance(moment, datetime) and moment.time() != time.min:
            local = moment.replace(tzinfo=UTC).astimezone(self.zone)
            day = format_date(local, "medium", locale=locale)
            return f"{day} {local:%H:%M}"
        return str(format_date(moment, "medium", locale=locale))

    def _with_unit(self, metric: Metric, number: float, *, signed: bool) -> str:
        _ = self.language.gettext
        style = style_of(metric)
        if style.kind == "percent":
            if not signed:
                return self._plain(number, style.decimals, percent=True)
            text = self._plain(number, style.decimals, signed=True)
            # Translators: percentage points
            return _("{number} pp", number=text)
        if style.kind == "clock":
            return self._duration(number, signed=signed)
        text = self._plain(number, style.decimals, signed=signed)
        if style.kind == "hours":
            # Translators: hours, abbreviated
            return _("{number} h", number=text)
        if style.kind == "days":
            # Translators: days, abbreviated
            return _("{number} d", number=text)
        return text

    def _duration(self, number: float, *, signed: bool) -> str:
        _ = self.language.gettext
        size = _rounded(abs(number), 0)
        clock = self._clock(number, as_clock=size >= MINUTE, signed=signed)
        if size >= HOUR:
            return _("{number} h", number=clock)
        if size >= MINUTE:
            # Translators: minutes and seconds, as 6:52 min
            return _("{number} min", number=clock)
        # Translators: seconds, abbreviated
        return _("{number} s", number=clock)

    def _limits(
        self, metric: Metric, low: float | None, high: float | None, *, signed: bool
    ) -> str:
        _ = self.language.gettext
        if low is None and high is None:
            return ""
        known = [abs(limit) for limit in (low, high) if limit is not None]
        style = style_of(metric)

        def bare(number: float) -> str:
            if style.kind == "clock":
                return self._clock(
                    number, as_clock=_rounded(max(known), 0) >= MINUTE, signed=signed
                )
            decimals = style.decimals
            while signed and number and not _rounded(number, decimals) and decimals < MOST_DECIMALS:
                # A limit just beside no change must not look as if it were no change.
                decimals += 1
            return self._plain(number, decimals, signed=signed)

        if low is None:
            return _("up to {high}", high=bare(high or 0.0))
        if high is None:
            return _("{low} or more", low=bare(low))
        return _("{low} to {high}", low=bare(low), high=bare(high))

    def _clock(self, number: float, *, as_clock: bool, signed: bool) -> str:
        """Return seconds as m:ss or h:mm:ss, or as a plain number where that is short enough."""
        if not as_clock:
            decimals = 1 if 0 < abs(number) < FINE_SECONDS else 0
            return self._plain(number, decimals, signed=signed)
        seconds = int(_rounded(abs(number), 0))
        minutes, rest = divmod(seconds, MINUTE)
        text = f"{minutes}:{rest:02d}"
        if seconds >= HOUR:
            hours, minutes = divmod(minutes, MINUTE)
            text = f"{hours}:{minutes:02d}:{rest:02d}"
        return self._sign(number, seconds, signed) + text

    def _plain(
        self, number: float, decimals: int, *, percent: bool = False, signed: bool = False
    ) -> str:
        exact = _rounded(number, decimals)
        text = _digits(abs(exact), decimals, percent, str(self.language.locale))
        return self._sign(number, exact, signed) + text

    @staticmethod
    def _sign(number: float, shown: Decimal | int, signed: bool) -> str:
        if not shown:
            return ""
        return MINUS if number < 0 else "+" if signed else ""
