"""Periods: which ones a day lies in, what they are called, and what comes before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .settings import Settings

ONE_DAY = timedelta(days=1)
MONTHS_PER = {"month": 1, "quarter": 3, "half": 6, "year": 12}
CALENDAR_TYPES = ("day", "week", "month", "quarter", "half", "year", "year_to_date")


@dataclass(frozen=True)
class Period:
    """A half-open stretch of local days; `end` is None for a wave that is still open."""

    period_type: str
    key: str
    start: date
    end: date | None

    def last_day(self, as_of: date) -> date:
        """Last day of the period that is known at `as_of`."""
        if self.end is None:
            return as_of
        return min(self.end - ONE_DAY, as_of)

    def is_complete(self, as_of: date) -> bool:
        return self.end is not None and self.end <= as_of + ONE_DAY


def add_months(first: date, months: int) -> date:
    """The first day of the month that lies `months` after the month of `first`."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def fiscal_start(day: date, settings: Settings) -> date:
    year = day.year if day.month >= settings.fiscal_year_starts else day.year - 1
    return date(year, settings.fiscal_year_starts, 1)


def week_of(day: date, settings: Settings) -> Period:
    last = day + timedelta(days=(settings.week_end_weekday - day.weekday()) % 7)
    iso = last.isocalendar()
    return Period("week", f"{iso.year}-W{iso.week:02d}", last - timedelta(days=6), last + ONE_DAY)


def year_to_date(month: date, settings: Settings) -> Period:
    """The fiscal year up to the end of the month that starts at `month`."""
    key = f"{month.year}-{month.month:02d}-ytd"
    return Period("year_to_date", key, fiscal_start(month, settings), add_months(month, 1))


def period_of(period_type: str, day: date, settings: Settings) -> Period:
    """The period of a type in which a day lies; for year_to_date the one of its own month."""
    if period_type == "day":
        return Period("day", day.isoformat(), day, day + ONE_DAY)
    if period_type == "week":
        return week_of(day, settings)
    month = day.replace(day=1)
    if period_type == "month":
        return Period("month", f"{day.year}-{day.month:02d}", month, add_months(month, 1))
    if period_type == "year_to_date":
        return year_to_date(month, settings)
    length = MONTHS_PER[period_type]
    begin = fiscal_start(day, settings)
    months_in = (day.year - begin.year) * 12 + day.month - begin.month
    number = months_in // length
    start = add_months(begin, number * length)
    letter = {"quarter": f"-Q{number + 1}", "half": f"-H{number + 1}", "year": ""}[period_type]
    return Period(period_type, f"{begin.year}{letter}", start, add_months(start, length))


def periods_between(period_type: str, first: date, last: date, settings: Settings) -> list[Period]:
    """Every period of a type that begins by the last day and ends after the first."""
    found = [period_of(period_type, first, settings)]
    while True:
        if period_type == "year_to_date":
            assert found[-1].end is not None
            following = year_to_date(found[-1].end, settings)
            if following.start > last:
                return found
        else:
            following = period_of(period_type, found[-1].end or last, settings)
            if following.start > last:
                return found
        found.append(following)


def previous_key(period: Period, settings: Settings) -> str:
    """Key of the period of the same type that ends where this one begins.

    A year_to_date is preceded by the one that ends a month earlier, across fiscal years too.
    """
    if period.period_type == "year_to_date":
        assert period.end is not None
        return year_to_date(add_months(period.end, -2), settings).key
    return period_of(period.period_type, period.start - ONE_DAY, settings).key


def year_ago_key(period: Period) -> str:
    """The same key with the year before; it may name a period that does not exist."""
    year, rest = period.key[:4], period.key[4:]
    return f"{int(year) - 1}{rest}"
