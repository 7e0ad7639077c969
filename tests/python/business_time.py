"""Calendars of opening hours, counted by the project's models and, independently, minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import numpy as np
import pandas as pd
from compiled_models import Run, Table, runner

ROOT = Path(__file__).resolve().parents[2]
MODELS = [
    *("int_open_stretches", "int_unit_calendars", "int_calendar_lines"),
    *("int_promised_hours", "int_complaint_promises"),
]
HOURS = "calendar_id varchar, weekday integer, opens_at varchar, closes_at varchar, valid_from date, valid_until date"
DAYS = '"calendar_id" varchar, "date" date, kind varchar'
UNITS = "org_unit_id varchar, calendar_id varchar, valid_from date"
PROMISES = (
    "clock varchar, category varchar, severity varchar, org_unit_id varchar, hours decimal(18, 6), "
    "is_business_time boolean, valid_from date"
)
CASES = "complaint_id varchar, org_unit_id varchar, category varchar, severity varchar, received_at timestamp"
PAUSES = "complaint_id varchar, started_at timestamp, ended_at timestamp, started_seconds bigint, ended_seconds bigint"
MOMENTS = "n integer, org_unit_id varchar, occurred_at timestamp"
# What the models are compiled for; it stands in them as a literal.
COMPILED_ZONE = "Asia/Shanghai"
Numbers = np.ndarray[Any, Any]
ALWAYS = [("always", weekday, "00:00", "24:00", None, None) for weekday in range(1, 8)]


@dataclass
class Calendars:
    """What the three seeds say; None stands for an empty cell."""

    hours: Sequence[tuple[str, int, str, str, date | None, date | None]]
    days: Sequence[tuple[str, date, str]] = ()
    units: Sequence[tuple[str, str, date | None]] = (("default", "default", None),)


def frame(types: str, rows: Sequence[Sequence[object]]) -> Table:
    names = [part.split()[0].strip('"') for part in types.replace("(18, 6)", "").split(",")]
    return types, pd.DataFrame(rows, columns=names).astype(object)


def zoned(compiled: dict[str, str], zone: str) -> Run:
    """Return what runs the models for a time zone."""
    source = (ROOT / "macros" / "business_time.sql").read_text(encoding="utf-8")
    template = jinja2.Environment().from_string(source + "{{ open_seconds('moments') }}")
    asked = template.render(
        ref=lambda model: f"evenkeel.intermediate.{model}",
        dbt=SimpleNamespace(datediff=lambda a, b, part: f"date_diff('{part}', {a}, {b})"),
    )
    question = f"with moments as (select * from evenkeel.staging.moments) {asked}"
    texts = {name: text.replace(COMPILED_ZONE, zone) for name, text in compiled.items()}
    return runner({**texts, "question": question})


def follow(run: Run, calendars: Calendars) -> None:
    """Build the models of the calendars; `seconds` and `due` then ask them."""
    run(
        [*MODELS[:3], "question"],
        marts__opening_hours=frame(HOURS, calendars.hours),
        marts__calendar_days=frame(DAYS, calendars.days),
        marts__unit_calendars=frame(UNITS, calendars.units),
        staging__moments=frame(MOMENTS, []),
    )


def seconds_if_covered(
    run: Run, moments: Sequence[tuple[str | None, pd.Timestamp]]
) -> list[int | None]:
    """Open seconds until each moment (UTC) of a unit; None outside of its calendar."""
    rows = [(n, unit, moment) for n, (unit, moment) in enumerate(moments)]
    found = run(["question"], staging__moments=frame(MOMENTS, rows)).set_index("n").sort_index()
    assert len(found) == len(moments)
    return [None if pd.isna(value) else int(value) for value in found["open_seconds"]]


def seconds(run: Run, moments: Sequence[tuple[str | None, pd.Timestamp]]) -> list[int]:
    """Open seconds until each moment, all of which the calendar must cover."""
    found = seconds_if_covered(run, moments)
    assert None not in found
    return [value for value in found if value is not None]


def due(
    run: Run, cases: Sequence[Sequence[object]], promises: Sequence[Sequence[object]]
) -> pd.DataFrame:
    """Promises of complaints (id, unit, category, severity, received in UTC), by complaint and clock."""
    found = run(
        MODELS[3:],
        staging__stg_complaints=frame(CASES, cases),
        marts__service_promises=frame(PROMISES, promises),
        intermediate__int_complaint_pauses=frame(PAUSES, []),
    )
    return found.set_index(["complaint_id", "clock"]).sort_index()


@cache
def local_minutes(zone: str, first: date, last: date) -> tuple[pd.DatetimeIndex, Numbers, Numbers]:
    """Every minute of UTC between two dates, with its local date's number and its minute of the local day."""
    minutes = pd.date_range(first, last, freq="min", inclusive="left")
    local = minutes.tz_localize("UTC").tz_convert(zone)
    days = (local.tz_localize(None).normalize() - pd.Timestamp(first)).days.to_numpy()
    return minutes, days, (local.hour * 60 + local.minute).to_numpy()


class Minutes:
    """Whether each minute is open for a unit, and how many were before it."""

    def __init__(self, calendars: Calendars, unit: str, zone: str, first: date, last: date) -> None:
        self.minutes, days, places = local_minutes(zone, first, last)
        numbers = range(int(days.min()), int(days.max()) + 1)
        pattern = np.zeros((len(numbers), 1440), dtype=bool)
        for row, number in enumerate(numbers):
            self._open(calendars, unit, first + timedelta(days=number), pattern[row])
        self.is_open = pattern[days - numbers[0], places]
        self.before = np.concatenate([[0], np.cumsum(self.is_open)])

    @staticmethod
    def _open(calendars: Calendars, unit: str, day: date, row: Numbers) -> None:
        named = [u for u in calendars.units if u[0] == unit and (u[2] or date.min) <= day]
        named = named or [
            u for u in calendars.units if u[0] == "default" and (u[2] or date.min) <= day
        ]
        calendar = max(named, key=lambda u: u[2] or date.min)[1]
        kind = {d[1]: d[2] for d in calendars.days if d[0] == calendar}.get(day)
        weekday = 1 if kind == "working_day" and day.isoweekday() > 5 else day.isoweekday()
        for name, of, opens, closes, valid_from, valid_until in calendars.hours:
            holds = (valid_from or date.min) <= day <= (valid_until or date.max)
            if name == calendar and of == weekday and holds and kind != "holiday":
                row[_minute(opens) : _minute(closes)] = True

    def seconds_until(self, moment: pd.Timestamp) -> int:
        minute = int((moment - self.minutes[0]).total_seconds()) // 60
        inside = int((moment - self.minutes[minute]).total_seconds())
        return int(self.before[minute]) * 60 + inside * int(self.is_open[minute])

    def due(self, received: pd.Timestamp, open_seconds: int) -> pd.Timestamp | None:
        """The first moment at which so many open seconds have passed."""
        target = self.seconds_until(received) + open_seconds
        minute = int(np.searchsorted(self.before * 60, target, side="left"))
        if minute >= len(self.before):
            return None
        lacking = int(self.before[minute]) * 60 - target
        return self.minutes[0] + pd.Timedelta(minutes=minute, seconds=-lacking)


def _minute(time: str) -> int:
    hour, minute = time.split(":")[:2]
    return int(hour) * 60 + int(minute)
