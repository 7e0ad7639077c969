"""The dated tree of units, and customers as of a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property

from .files import Row

ALL = "all"
UNKNOWN = "unknown"


def known(day: date | None, as_of: date) -> date | None:
    """A date that lies after as_of is not known yet."""
    return None if day is None or day > as_of else day


class Organisation:
    """Units as their rows were in force, up to as_of."""

    def __init__(self, rows: list[Row], as_of: date) -> None:
        self.as_of = as_of
        self.history: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row["valid_from"] or date.min):
            if row["valid_from"] is None or row["valid_from"] <= as_of:
                self.history[row["org_unit_id"]].append(row)
        self._paths: dict[tuple[str | None, date], tuple[str, ...]] = {}

    @cached_property
    def units(self) -> list[str]:
        return sorted(self.history)

    def row_on(self, unit: str | None, day: date) -> Row | None:
        """The row of a unit that is in force on a day."""
        found = None
        for row in self.history.get(unit or "", []):
            if row["valid_from"] is None or row["valid_from"] <= day:
                found = row
        return found

    def path(self, unit: str | None, day: date) -> tuple[str, ...]:
        """`all`, the unit and its ancestors of that day; `all` alone where the unit is unknown."""
        if (unit, day) not in self._paths:
            found = [ALL]
            row = self.row_on(unit, day)
            while row is not None and row["org_unit_id"] not in found:
                found.append(row["org_unit_id"])
                row = self.row_on(row["parent_org_unit_id"], day)
            self._paths[unit, day] = tuple(found)
        return self._paths[unit, day]

    def attribute(self, unit: str | None, day: date, column: str) -> str:
        row = self.row_on(unit, day)
        return UNKNOWN if row is None or row[column] is None else str(row[column])

    def level(self, unit: str, last_day: date) -> str:
        if unit == ALL:
            return ALL
        row = self.row_on(unit, last_day) or self.history[unit][0]
        return str(row["org_level"])

    def is_open(self, unit: str, first: date, last: date) -> bool:
        """True where the unit is open on at least one day from first to last, both included."""
        rows = self.history[unit]
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            begin = max(first, row["valid_from"] or first, row["opened_on"] or first)
            closed = known(row["closed_on"], self.as_of)
            end = min(last, self.as_of, closed or last)
            if begin <= end and (following is None or begin < following["valid_from"]):
                return True
        return False


class Customers:
    """Tier and segment as of a day; the first extract reaches back."""

    def __init__(self, rows: list[Row], as_of: date) -> None:
        self.history: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row["extracted_on"] or date.min):
            if row["extracted_on"] is None or row["extracted_on"] <= as_of:
                self.history[row["customer_id"]].append(row)

    def attribute(self, customer: str | None, day: date, column: str) -> str:
        history = self.history.get(customer or "", [])
        if not history:
            return UNKNOWN
        found = history[0]
        for row in history:
            if row["extracted_on"] is None or row["extracted_on"] <= day:
                found = row
        return UNKNOWN if found[column] is None else str(found[column])
