"""The organisation's settings that change numbers, as the oracle and `evenkeel.yml` see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Settings:
    """Everything outside the files that a value depends on, but for `as_of`."""

    time_zone: str = "Asia/Shanghai"
    week_ends_on: str = "friday"
    fiscal_year_starts: int = 1
    minimum_customer: int = 5
    minimum_employee: int = 10
    low_base: int = 30
    service_level_seconds: int = 20
    short_abandon_seconds: int = 5
    contact_cap_30d: int = 2

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def week_end_weekday(self) -> int:
        """0 is Monday, as in `date.weekday()`."""
        return WEEKDAYS.index(self.week_ends_on)

    def minimum(self, privacy_class: str) -> int | None:
        """Persons below which a cell is hidden; None where nothing is hidden."""
        if privacy_class == "operational":
            return None
        return (
            self.minimum_employee if privacy_class == "employee_survey" else self.minimum_customer
        )

    def as_yaml(self) -> str:
        """The text of an `evenkeel.yml` that says the same."""
        return (
            f"time_zone: {self.time_zone}\n"
            f"week_ends_on: {self.week_ends_on}\n"
            f"fiscal_year_starts: {self.fiscal_year_starts}\n"
            f"minimum_group: {{customer: {self.minimum_customer}, "
            f"employee: {self.minimum_employee}}}\n"
            f"low_base: {self.low_base}\n"
            f"service_level: {{seconds: {self.service_level_seconds}, "
            f"short_abandon_seconds: {self.short_abandon_seconds}}}\n"
            f"contact_cap_30d: {self.contact_cap_30d}\n"
        )


def month_start(day: date) -> date:
    return day.replace(day=1)
