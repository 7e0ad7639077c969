"""Turns local times into UTC, quickly where the zone's clocks have long stood still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LOCAL_TO_UTC = "local_to_utc"
_EARLIEST, _LATEST = 1970, 2100
_STEP = timedelta(days=7)


@lru_cache
def steady_since(zone: str) -> tuple[datetime, int] | None:
    """Return from when on a zone's clocks are not changed, and their seconds ahead of UTC.

    Returns
    -------
    A local time, or None if the clocks are changed to this day.
    """
    place = ZoneInfo(zone)
    day = datetime(_LATEST, 1, 1, tzinfo=UTC)
    steady = place.utcoffset(day)
    while day.year >= _EARLIEST and place.utcoffset(day.astimezone(place)) == steady:
        day -= _STEP
    if steady is None or day.year > _LATEST - 50:
        return None
    # A day beyond the step, whatever the zone, the last change has passed on every clock.
    return day.replace(tzinfo=None) + _STEP + timedelta(days=1), int(steady.total_seconds())


def local_to_utc_macro(zone: str) -> str:
    """Return the SQL that makes the macro `local_to_utc` for a zone.

    A local time that comes twice is the second one, as the engine has it; one that is left out
    is read with the offset before the change.
    """
    exact = f"timezone('UTC', timezone('{zone}', local))"
    steady = steady_since(zone)
    if steady is not None:
        since, seconds = steady
        exact = (
            f"CASE WHEN local >= TIMESTAMP '{since}' THEN local - to_seconds({seconds}) "
            f"ELSE {exact} END"
        )
    return f"CREATE MACRO {LOCAL_TO_UTC}(local) AS {exact}"
