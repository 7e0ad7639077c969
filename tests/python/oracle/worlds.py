"""The worlds that the tests write, by name."""

from __future__ import annotations

from datetime import date

from .settings import Settings
from .world import DOUBTFUL, WorldSpec

WORLDS = {
    # Over a year, so that the last periods have one a year before.
    "year_before": WorldSpec(seed=1, start=date(2024, 12, 2)),
    # The fiscal year turns between the two builds.
    "berlin_fiscal_april": WorldSpec(
        seed=3,
        settings=Settings(time_zone="Europe/Berlin", fiscal_year_starts=4),
        start=date(2024, 11, 4),
        first_as_of=date(2025, 3, 25),
        second_as_of=date(2025, 5, 31),
    ),
    # Through a leap day and a year of 53 weeks.
    "week_ends_sunday_small_minimum": WorldSpec(
        seed=4,
        settings=Settings(
            week_ends_on="sunday",
            minimum_customer=3,
            minimum_employee=6,
            low_base=12,
            service_level_seconds=12,
            short_abandon_seconds=6,
            contact_cap_30d=1,
        ),
        start=date(2020, 2, 3),
        first_as_of=date(2021, 1, 10),
        second_as_of=date(2021, 3, 14),
    ),
    "every_reading": WorldSpec(
        seed=6,
        settings=Settings(),
        start=date(2025, 9, 8),
        first_as_of=date(2026, 1, 17),
        second_as_of=date(2026, 2, 28),
        doubtful=DOUBTFUL,
    ),
}
