"""Data tests of calendars and promises: what is wrong is named, what is right passes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from business_time import (
    DAYS,
    HOURS,
    MODELS,
    PROMISES,
    UNITS,
    Calendars,
    due,
    follow,
    frame,
    zoned,
)  # fmt: skip
from compiled_models import Run, compile_models

TESTS = [
    "assert_business_time_lies_within_its_calendar", "assert_calendars_of_a_unit_leave_no_gap",
    "assert_calendars_can_be_followed", "assert_opening_hours_do_not_overlap",
    "assert_service_promises_can_be_judged",
]  # fmt: skip
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
WEEK = [("default", weekday, "09:00", "18:00", FIRST, LAST) for weekday in range(1, 6)]
EVENTS = "complaint_id varchar, occurred_at timestamp"
CASES = "complaint_id varchar, org_unit_id varchar, category varchar, severity varchar, received_at timestamp"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return zoned(
        compile_models([*MODELS, *TESTS], tmp_path_factory.mktemp("seeds")), "Asia/Shanghai"
    )


def asked(run: Run, received: str, event: str, hours: float = 1) -> list[dict[str, Any]]:
    """Rows of the test of coverage for one complaint and one event of it, given in UTC."""
    follow(run, Calendars(WEEK))
    case = ("c", "u", "x", None, pd.Timestamp(received))
    due(run, [case], [("resolve", None, None, None, hours, True, None)])
    event_row = ("c", pd.Timestamp(event))
    found = run(
        [*MODELS[3:], TESTS[0]],
        staging__stg_complaints=frame(CASES, [case]),
        staging__stg_complaint_events=frame(EVENTS, [event_row]),
    )
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


def test_what_the_calendar_covers_passes(run: Run) -> None:
    assert asked(run, "2025-12-31 16:00:00", "2026-06-30 15:59:59") == []


@pytest.mark.parametrize(
    ("received", "event", "hours", "moment"),
    [
        ("2026-06-30 08:00:00", "2026-06-30 16:00:00", 1, "2026-06-30 16:00:00"),
        ("2025-12-31 15:59:59", "2026-02-01 00:00:00", 1, "2025-12-31 15:59:59"),
        ("2026-06-30 08:00:00", "2026-06-30 09:00:00", 3, "2026-06-30 08:00:00"),
    ],
)
def test_a_question_beyond_the_calendar_fails_and_says_what_to_do(
    run: Run, received: str, event: str, hours: float, moment: str
) -> None:
    rows = asked(run, received, event, hours)
    assert rows
    for row in rows:
        assert (row["org_unit_id"], row["calendar_id"]) == ("u", "default")
        assert pd.Timestamp(row["calendar_begins_on"]).date() == FIRST
        assert pd.Timestamp(row["calendar_ends_on"]).date() == LAST
        assert "opening_hours.csv" in row["what_to_do"]
    assert pd.Timestamp(moment) in {row["first_moment"] for row in rows}


def test_a_gap_between_two_calendars_is_named(run: Run) -> None:
    spring = [("spring", 1, "09:00", "10:00", date(2026, 3, 5), LAST)]
    short = [(*row[:5], date(2026, 2, 28)) for row in WEEK]
    units = [("default", "default", None), ("u", "spring", date(2026, 3, 1))]
    follow(run, Calendars(short + spring, units=units))
    found = run([TESTS[1]])
    assert found[["org_unit_id", "calendar_id", "next_calendar_id"]].to_numpy().tolist() == [
        ["u", "default", "spring"]
    ]
    follow(run, Calendars(WEEK + spring, units=units[:1]))
    assert run([TESTS[1]]).empty


@pytest.mark.parametrize(
    ("row", "count"),
    [
        (("default", 6, "09:00", "12:00", None, None), 0),
        (("default", 1, "18:00", "24:00", None, None), 0),
        (("default", 1, "17:00", "19:00", None, None), 1),
        (("default", 1, "17:00", "19:00", date(2026, 7, 1), None), 0),
        (("default", 1, "17:00", "19:00", LAST, LAST), 1),
        (("default", 6, "22:00", "06:00", None, None), 1),
        (("default", 6, "22:00", "24:30", None, None), 1),
        (("default", 0, "09:00", "12:00", None, None), 1),
        (("default", 6, "09:00", "12:00", LAST, FIRST), 1),
    ],
)
def test_opening_hours_that_count_twice_or_never_are_named(
    run: Run, row: tuple[Any, ...], count: int
) -> None:
    found = run([TESTS[3]], marts__opening_hours=frame(HOURS, [*WEEK, row]))
    assert len(found) == count


@pytest.mark.parametrize(
    ("days", "units", "wrong"),
    [
        ([("default", date(2026, 1, 1), "holiday")], [("u", "default", None)], []),
        ([("default", date(2026, 1, 3), "working_day")], [], []),
        ([("nobody", date(2026, 1, 1), "holiday")], [], ["2026-01-01"]),
        ([("default", date(2026, 1, 1), "closed")], [], ["2026-01-01"]),
        ([("late", date(2026, 1, 3), "working_day")], [], ["2026-01-03"]),
        ([], [("u", "nobody", None)], ["u"]),
    ],
)
def test_days_and_units_that_no_calendar_knows_are_named(
    run: Run, days: list[Any], units: list[Any], wrong: list[str]
) -> None:
    tuesdays = [("late", 2, "09:00", "18:00", FIRST, LAST)]
    found = run(
        [TESTS[2]],
        marts__opening_hours=frame(HOURS, WEEK + tuesdays),
        marts__calendar_days=frame(DAYS, days),
        marts__unit_calendars=frame(UNITS, [("default", "default", None), *units]),
    )
    assert found["row_key"].tolist() == wrong


def test_a_missing_default_calendar_is_named(run: Run) -> None:
    found = run(
        [TESTS[2]],
        marts__opening_hours=frame(HOURS, WEEK),
        marts__calendar_days=frame(DAYS, []),
        marts__unit_calendars=frame(UNITS, [("u", "default", None)]),
    )
    assert found[["row_key", "kind"]].to_numpy().tolist() == [["default", "missing"]]


def test_promises_that_nobody_could_judge_are_named(run: Run) -> None:
    rows = [
        ("resolve", "x", None, None, 8, True, None),
        ("resolve", "y", None, None, None, None, None),
        ("closing", None, None, None, 8, True, None),
        ("resolve", None, "urgent", None, 8, True, None),
        ("resolve", None, "low", None, 0, True, None),
        ("resolve", None, "high", None, 8, None, None),
    ]
    found = run([TESTS[4]], marts__service_promises=frame(PROMISES, rows))
    assert sorted(found["severity"].fillna("")) == ["", "high", "low", "urgent"]
