"""The months of a simulated world, in local time."""

from dataclasses import dataclass
from datetime import date, timedelta

DAY = 86_400
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(number: int) -> date:
    """Return the date of a day number."""
    return EPOCH + timedelta(days=int(number))


def add_months(day: date, months: int) -> date:
    """Return the first day of the month that lies some months away."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True)
class Month:
    """One calendar month; days are numbers since 1970, moments local seconds since then."""

    index: int
    first: date

    @property
    def number(self) -> int:
        """The month as 202610."""
        return self.first.year * 100 + self.first.month

    @property
    def key(self) -> str:
        """The month as 2026-10."""
        return f"{self.first:%Y-%m}"

    @property
    def half(self) -> str:
        """Its half year as 2026-H2."""
        return f"{self.first.year}-H{(self.first.month + 5) // 6}"

    @property
    def first_day(self) -> int:
        """The day number of the first."""
        return day_number(self.first)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (add_months(self.first, 1) - self.first).days

    @property
    def start(self) -> int:
        """The first moment."""
        return self.first_day * DAY

    @property
    def end(self) -> int:
        """The first moment after the month."""
        return self.start + self.days * DAY


@dataclass(frozen=True)
class Timeline:
    """The months up to the one that holds the last simulated day."""

    until: date
    months: tuple[Month, ...]

    @property
    def start_day(self) -> int:
        """The day number of the first day."""
        return self.months[0].first_day

    @property
    def until_day(self) -> int:
        """The day number of the last simulated day."""
        return day_number(self.until)

    @property
    def horizon(self) -> int:
        """The first moment after the last simulated day: nothing from then on is known."""
        return (self.until_day + 1) * DAY


def timeline(until: date, months: int) -> Timeline:
    """Return the given number of months, the last of them the one that holds ``until``."""
    start = add_months(until, 1 - months)
    return Timeline(until, tuple(Month(i, add_months(start, i)) for i in range(months)))
