"""Public holidays of China and the weekends worked in exchange, as the State Council set them.

For years outside the table every week is like any other.
"""

from datetime import date, timedelta

import numpy as np

from evenkeel.simulate.tools.arrays import Bools, Floats, Ints
from evenkeel.simulate.tools.timeline import day_number

# First and last day of each holiday.
_OFF = (
    *(("2024-01-01", "2024-01-01"), ("2024-02-10", "2024-02-17"), ("2024-04-04", "2024-04-06")),
    *(("2024-05-01", "2024-05-05"), ("2024-06-10", "2024-06-10"), ("2024-09-15", "2024-09-17")),
    *(("2024-10-01", "2024-10-07"), ("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04")),
    *(("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02")),
    *(("2025-10-01", "2025-10-08"), ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23")),
    *(("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21")),
    *(("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07")),
)
_WORKED = (
    *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14"),
    *("2024-09-29", "2024-10-12", "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28"),
    *("2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20"),
    "2026-10-10",
)
ON_HOLIDAY, AFTER_HOLIDAY = 0.55, 1.25
"""Demand on a holiday beside a Sunday's, and on the first day after three or more."""


def _days(first: str, last: str) -> list[int]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [day_number(start + timedelta(days=i)) for i in range((end - start).days + 1)]


HOLIDAYS = np.array([day for first, last in _OFF for day in _days(first, last)])
WORKED_WEEKENDS = np.array([day_number(date.fromisoformat(day)) for day in _WORKED])
_BACK = np.array(
    [_days(first, last)[-1] + 1 for first, last in _OFF if len(_days(first, last)) > 2]
)


def is_holiday(days: Ints) -> Bools:
    """Return which days, as numbers since 1970, are holidays."""
    return np.isin(days, HOLIDAYS)


def demand_of(days: Ints, weekdays: Floats) -> Floats:
    """Return the demand of days, as numbers since 1970, given that of each weekday from Monday."""
    usual = weekdays[(days + 3) % 7]
    working = weekdays[:5].mean()
    demand = np.where(np.isin(days, WORKED_WEEKENDS), working, usual)
    demand = np.where(np.isin(days, _BACK), demand * AFTER_HOLIDAY, demand)
    return np.where(is_holiday(days), weekdays[6] * ON_HOLIDAY, demand)
