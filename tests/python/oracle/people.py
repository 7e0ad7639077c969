"""Employments, presence by day, headcount and turnover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from .files import Row
from .organisation import ALL, UNKNOWN, Organisation, known
from .periods import ONE_DAY, Period, add_months
from .settings import Settings


@dataclass
class Employment:
    """An unbroken stay: the extracts that show it, and the day of leaving if that is known."""

    rows: list[Row]
    start: date
    left_on: date | None = None

    def row_on(self, day: date) -> Row | None:
        """The row that holds on a day of presence; None when not present."""
        if day < self.start or (self.left_on is not None and day >= self.left_on):
            return None
        found = self.rows[0]
        for row in self.rows:
            if row["extracted_on"] <= day:
                found = row
        return None if found["hired_on"] is not None and found["hired_on"] > day else found


def employments(rows: list[Row], extracts: list[date], as_of: date) -> list[Employment]:
    """Employments of one employee, from their rows (of extracts up to as_of)."""
    rows = sorted(rows, key=lambda row: row["extracted_on"])
    first = rows[0]["extracted_on"]
    stays = [Employment([rows[0]], min(first, rows[0]["hired_on"] or first))]
    for before, row in pairwise(rows):
        stay, left_on = stays[-1], _last_left_on(stays[-1].rows, as_of)
        next_extract = _next(extracts, before["extracted_on"])
        was_gone = next_extract is not None and next_extract < row["extracted_on"]
        has_left = left_on is not None and left_on <= row["extracted_on"]
        if known(row["left_on"], as_of) is None and (was_gone or has_left):
            stays.append(Employment([row], row["extracted_on"]))
        else:
            stay.rows.append(row)
    for stay in stays:
        gone = _next(extracts, stay.rows[-1]["extracted_on"])
        stay.left_on = _last_left_on(stay.rows, as_of) or gone
    return stays


def _last_left_on(rows: list[Row], as_of: date) -> date | None:
    given = [known(row["left_on"], as_of) for row in rows]
    return next((day for day in reversed(given) if day is not None), None)


def _next(extracts: list[date], day: date) -> date | None:
    return next((extract for extract in extracts if extract > day), None)


@dataclass(frozen=True)
class Presence:
    """An employee present on a day, in a unit and a job role."""

    employee_id: str
    unit: str
    job_role: str


@dataclass
class Staff:
    """Every day of presence and every leaver, up to as_of."""

    organisation: Organisation
    settings: Settings
    as_of: date
    first_extract: date | None
    by_day: dict[date, list[Presence]] = field(default_factory=lambda: defaultdict(list))
    leavers: list[tuple[date, Presence]] = field(default_factory=list)
    _stays: dict[str, list[Employment]] = field(default_factory=dict)

    def serving(self, employee_id: str | None, day: date) -> Row | None:
        """The row of an employee on a day of presence."""
        for stay in self._stays.get(employee_id or "", []):
            row = stay.row_on(day)
            if row is not None:
                return row
        return None

    def slices(self, presence: Presence, day: date) -> dict[str, str]:
        return {
            ALL: ALL,
            "job_role": presence.job_role,
            "vendor": self.organisation.attribute(presence.unit, day, "vendor_id"),
            "service_line": self.organisation.attribute(presence.unit, day, "service_line"),
        }

    def days(self, first: date, last: date) -> Iterator[date]:
        for offset in range((min(last, self.as_of) - first).days + 1):
            yield first + timedelta(days=offset)


def staff_of(rows: list[Row], organisation: Organisation, settings: Settings, as_of: date) -> Staff:
    rows = [row for row in rows if row["extracted_on"] <= as_of]
    extracts = sorted({row["extracted_on"] for row in rows})
    by_employee: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_employee[row["employee_id"]].append(row)
    staff = Staff(organisation, settings, as_of, min(extracts, default=None))
    for employee_id, own in by_employee.items():
        staff._stays[employee_id] = employments(own, extracts, as_of)
        for stay in staff._stays[employee_id]:
            _count(staff, employee_id, stay)
    return staff


def _count(staff: Staff, employee_id: str, stay: Employment) -> None:
    for day in staff.days(stay.start, stay.left_on or staff.as_of):
        row = stay.row_on(day)
        if row is not None:
            staff.by_day[day].append(_presence(employee_id, row))
    if stay.left_on is not None and stay.left_on <= staff.as_of:
        row = stay.row_on(stay.left_on - ONE_DAY)
        if row is not None:
            staff.leavers.append((stay.left_on, _presence(employee_id, row)))


def _presence(employee_id: str, row: Row) -> Presence:
    return Presence(employee_id, row["org_unit_id"], row["job_role"] or UNKNOWN)


Place = tuple[str, str, str]  # unit, slice, slice value


def headcount(staff: Staff, day: date, slices: list[str]) -> dict[Place, int]:
    """Employees present on a day, by unit of the tree and slice."""
    found: dict[Place, int] = defaultdict(int)
    for presence in staff.by_day.get(day, []):
        values = staff.slices(presence, day)
        for unit in staff.organisation.path(presence.unit, day):
            for name in slices:
                found[unit, name, values[name]] += 1
    return found


def average_headcount(staff: Staff, period: Period, slices: list[str]) -> dict[Place, float]:
    """Mean of (opening + closing) / 2 over the months that have begun and have an extract.

    Before the month of the first extract only those are known who stayed until then.
    """
    assert period.end is not None
    total: dict[Place, float] = defaultdict(float)
    assert staff.first_extract is not None
    month, months = max(period.start, staff.first_extract.replace(day=1)), 0
    while month < period.end and month <= staff.as_of:
        following = add_months(month, 1)
        for day in (month - ONE_DAY, min(following - ONE_DAY, staff.as_of)):
            for place, count in headcount(staff, day, slices).items():
                total[place] += count / 2
        month, months = following, months + 1
    return {place: value / months for place, value in total.items()}


def present_in(staff: Staff, period: Period, slices: list[str]) -> dict[Place, int]:
    """Distinct employees present on a day of the period or on the day before, whom it averages."""
    seen: dict[Place, set[str]] = defaultdict(set)
    for day in staff.days(period.start - ONE_DAY, period.last_day(staff.as_of)):
        for presence in staff.by_day.get(day, []):
            values = staff.slices(presence, day)
            for unit in staff.organisation.path(presence.unit, day):
                for name in slices:
                    seen[unit, name, values[name]].add(presence.employee_id)
    return {place: len(employees) for place, employees in seen.items()}


def leavers_in(staff: Staff, period: Period, slices: list[str]) -> dict[Place, int]:
    """Leavers by the day of leaving, in the unit and job role of the day before."""
    found: dict[Place, int] = defaultdict(int)
    for day, presence in staff.leavers:
        if period.start <= day <= period.last_day(staff.as_of):
            values = staff.slices(presence, day)
            for unit in staff.organisation.path(presence.unit, day):
                for name in slices:
                    found[unit, name, values[name]] += 1
    return found
