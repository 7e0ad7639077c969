"""Business time and due times: against minutes, by their properties, and in published cases."""

from __future__ import annotations

import csv
import json
import os
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from business_time import (
    ALWAYS,
    MODELS,
    ROOT,
    Calendars,
    Minutes,
    due,
    follow,
    seconds,
    seconds_if_covered,
    zoned,
)  # fmt: skip
from compiled_models import Run, compile_models
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from load.conftest import make_place

from evenkeel.gate.expectations import Checkpoint

PUBLIC_DATA = Path(os.environ.get("EVENKEEL_PUBLIC_DATA", ROOT / ".." / "shared" / "data"))
EXAMPLES = PUBLIC_DATA.parent / "spec" / "worked_examples.json"
FIRST, LAST = date(2025, 1, 1), date(2026, 4, 30)
# Half an hour, an hour and no change of the clock; both sides of the equator and of the date line.
ZONES = ["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"]
quick = settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return compile_models(MODELS, tmp_path_factory.mktemp("business_time"))


@pytest.fixture(scope="module", params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def run(compiled: dict[str, str], zone: str) -> Run:
    return zoned(compiled, zone)


def utc(local: str, zone: str = "Asia/Shanghai") -> pd.Timestamp:
    return pd.Timestamp(local, tz=zone).tz_convert("UTC").tz_localize(None)


def shipped(name: str) -> list[Any]:
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [[cell or None for cell in row] for row in list(csv.reader(file))[1:]]


def weekdays(name: str, opens: str, closes: str, days: range = range(1, 6)) -> list[Any]:
    return [(name, day, opens, closes, FIRST, LAST) for day in days]


# Random calendars

days_between = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def hours_of(draw: st.DrawFn, name: str) -> list[Any]:
    """Hours of a calendar in one or two versions: any number of disjoint intervals on any weekday."""
    change = draw(st.none() | days_between.filter(lambda day: day > FIRST))
    versions = [(FIRST, LAST)]
    if change:
        versions = [(FIRST, change - timedelta(days=1)), (change, LAST)]
    found = []
    for first, last in versions:
        for weekday in range(1, 8):
            marks = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
            for opens, closes in list(pairwise(marks))[::2]:
                times = [f"{mark // 4:02}:{mark % 4 * 15:02}" for mark in (opens, closes)]
                found.append((name, weekday, *times, first, last))
    # Never in force, for neither day is a Sunday, but they say how far the calendar reaches.
    ends = [(name, 7, "00:00", "00:01", day, day) for day in (FIRST, LAST)]
    return [*found, *ends]


@st.composite
def calendars(draw: st.DrawFn) -> Calendars:
    hours, days = [], []
    for name in ("default", "shop", "night"):
        hours += draw(hours_of(name))
        marked = draw(st.sets(days_between, max_size=40))
        kinds = draw(st.lists(st.booleans(), min_size=len(marked), max_size=len(marked)))
        for day, free in zip(sorted(marked), kinds, strict=True):
            days.append((name, day, "holiday" if free else "working_day"))
    moves = sorted(draw(st.sets(days_between, min_size=2, max_size=2)))
    units = [
        ("default", "default", None), ("a", "shop", moves[0]), ("a", "night", moves[1]),
        ("b", "night", None), ("b", "default", moves[0]),
    ]  # fmt: skip
    return Calendars(hours, days, units)


spread = st.lists(
    st.integers(3 * 86400, ((LAST - FIRST).days - 3) * 86400), min_size=10, max_size=30
)


def test_hours_are_those_of_an_expansion_into_minutes(run: Run, zone: str) -> None:
    @quick
    @given(calendars(), spread, st.integers(1, 400))
    def check(world: Calendars, offsets: list[int], half_hours: int) -> None:
        follow(run, world)
        moments = sorted(pd.Timestamp(FIRST) + pd.Timedelta(seconds=n) for n in offsets)
        # Around a change of the clock, and at the first moment of a local day.
        moments += [pd.Timestamp("2025-03-30 00:59:30"), pd.Timestamp("2025-10-26 01:15")]
        moments += [pd.Timestamp("2025-04-05 15:15"), utc("2025-11-01", zone)]
        moments.sort()
        cases, expected = [], {}
        for unit in ("a", "b", "elsewhere"):
            minutes = Minutes(
                world, unit, zone, FIRST - timedelta(days=2), LAST + timedelta(days=2)
            )
            found = seconds(run, [(unit, moment) for moment in moments])
            exact = [minutes.seconds_until(moment) for moment in moments]
            assert [f - found[0] for f in found] == [e - exact[0] for e in exact]
            # Monotone, and never more than what the calendar says.
            for (one, other), (start, end) in zip(pairwise(found), pairwise(moments), strict=True):
                assert 0 <= other - one <= (end - start).total_seconds()
            for n, moment in enumerate(moments):
                cases.append((f"{unit}{n}", unit, "c", None, moment))
                expected[f"{unit}{n}"] = minutes.due(moment, half_hours * 1800)
        promised = due(run, cases, [("resolve", None, None, None, half_hours / 2, True, None)])
        for key, moment in expected.items():
            answer = promised.loc[(key, "resolve"), "due_at"]
            assert (None if pd.isna(answer) else answer) == moment

    check()


# Properties


def test_a_calendar_that_never_closes_counts_all_time(run: Run) -> None:
    follow(run, Calendars(ALWAYS, units=[("default", "always", None)]))
    stamps = ["1971-05-05 13:13:13", "2025-03-30 00:30", "2025-03-30 01:30", "2025-10-26 03:30"]
    moments = [pd.Timestamp(stamp) for stamp in [*stamps, "2060-02-29 23:59:59"]]
    found = seconds(run, [(None, moment) for moment in moments])
    expected = [int((moment - moments[0]).total_seconds()) for moment in moments]
    assert [value - found[0] for value in found] == expected
    promise = [("resolve", None, None, None, 1000.5, True, None)]
    answer = due(run, [("c", None, "c", None, moments[1])], promise).loc[("c", "resolve"), "due_at"]
    assert answer == moments[1] + pd.Timedelta(hours=1000.5)


def test_a_holiday_counts_nothing_and_a_case_of_a_year_is_not_cut(run: Run, zone: str) -> None:
    hours = weekdays("default", "09:00", "18:00")
    holidays = [("default", date(2025, 5, day), "holiday") for day in (1, 2)]
    follow(run, Calendars(hours, holidays))
    stamps = ["2025-04-30 18:00", "2025-05-01 00:00", "2025-05-05 09:00", "2026-04-30 18:00"]
    found = seconds(run, [("u", utc(stamp, zone)) for stamp in stamps])
    assert found[0] == found[1] == found[2]
    weekday_count = len(pd.bdate_range("2025-05-05", "2026-04-30"))
    assert found[3] - found[2] == weekday_count * 9 * 3600


def test_an_interval_is_the_sum_of_its_parts_whatever_split_it(run: Run, zone: str) -> None:
    follow(
        run,
        Calendars(weekdays("default", "09:00", "12:30") + weekdays("default", "13:30", "18:00")),
    )
    start, end = utc("2025-06-02 08:00", zone), utc("2025-09-15 15:00", zone)

    @quick
    @given(st.integers(0, int((end - start).total_seconds())))
    def check(split: int) -> None:
        middle = start + pd.Timedelta(seconds=split)
        first, between, last = seconds(run, [("u", moment) for moment in (start, middle, end)])
        assert (between - first) + (last - between) == last - first == 8 * 3600 * 75 + 5 * 3600

    check()


def test_a_moment_counts_the_same_however_its_zone_is_written(
    compiled: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenkeel.load.verdicts.run_checkpoint", lambda *_: Checkpoint())
    monkeypatch.setenv("EVENKEEL_PERSON_KEY", "a key for tests")
    place = make_place(tmp_path)
    stamps = [
        "2025-06-02T16:30:00+08:00", "2025-06-02T08:30:00Z", "2025-06-02T04:30:00-04:00",
        "2025-06-02 16:30:00", "2025-06-02T14:15:00+05:45",
    ]  # fmt: skip
    rows = "".join(f"c{n},{stamp},voice,u,x\n" for n, stamp in enumerate(stamps))
    place.load(complaints=f"complaint_id,received_at,channel,org_unit_id,category\n{rows}")
    received = place.query("SELECT received_at FROM complaints")
    assert len(received) == len(stamps)
    run = zoned(compiled, "Asia/Shanghai")
    follow(run, Calendars(weekdays("default", "09:00", "18:00")))
    opening = seconds(run, [("u", utc("2025-06-02 09:00"))])[0]
    found = seconds(run, [("u", pd.Timestamp(moment)) for (moment,) in received])
    assert [value - opening for value in found] == [7.5 * 3600] * len(stamps)


# The local clock


@pytest.mark.parametrize(
    ("opens", "closes", "day", "hours"),
    [
        ("00:00", "24:00", date(2026, 3, 29), 23.0),
        ("02:00", "03:00", date(2026, 3, 29), 0.0),
        ("02:30", "03:30", date(2026, 3, 29), 0.5),
        ("00:00", "24:00", date(2025, 10, 26), 25.0),
        ("02:00", "03:00", date(2025, 10, 26), 2.0),
        ("02:30", "03:30", date(2025, 10, 26), 1.5),
    ],
)
def test_a_skipped_hour_is_nobodys_and_a_repeated_one_counts_twice(
    compiled: dict[str, str], opens: str, closes: str, day: date, hours: float
) -> None:
    run = zoned(compiled, "Europe/Berlin")
    follow(run, Calendars(weekdays("default", opens, closes, range(1, 8))))
    ends = [utc(str(day), "Europe/Berlin"), utc(str(day + timedelta(days=1)), "Europe/Berlin")]
    start, end = seconds(run, [("u", moment) for moment in ends])
    assert (end - start) / 3600 == hours


# The end of a calendar


def test_what_lies_beyond_the_calendar_is_empty_and_not_guessed(compiled: dict[str, str]) -> None:
    run = zoned(compiled, "Asia/Shanghai")
    follow(run, Calendars(weekdays("default", "09:00", "18:00")))
    inside, outside = (
        ["2025-01-01 00:00", "2026-04-30 23:59:59"],
        ["2024-12-31 23:59:59", "2026-05-01"],
    )
    assert None not in seconds_if_covered(run, [("u", utc(stamp)) for stamp in inside])
    assert seconds_if_covered(run, [("u", utc(stamp)) for stamp in outside]) == [None, None]
    promise = [
        ("resolve", None, None, None, 9, True, None),
        ("acknowledge", None, None, None, 1, False, None),
    ]
    cases = [
        ("late", "u", "c", None, utc("2026-04-30 10:00")),
        ("last", "u", "c", None, utc("2026-04-30 09:00")),
    ]
    found = due(run, cases, promise)["due_at"]
    assert pd.isna(found["late", "resolve"])
    assert found["last", "resolve"] == utc("2026-04-30 18:00")
    assert found["late", "acknowledge"] == utc("2026-04-30 11:00")


# Promises


def test_the_promise_of_the_unit_goes_first_and_the_version_is_that_of_receipt(
    compiled: dict[str, str],
) -> None:
    run = zoned(compiled, "Asia/Shanghai")
    follow(run, Calendars(weekdays("default", "09:00", "18:00")))
    rows = [
        ("resolve", None, None, None, 100, False, None),
        ("resolve", None, "high", None, 50, False, None),
        ("resolve", "noise", None, None, 40, False, None),
        ("resolve", None, None, "u1", 30, False, date(2025, 7, 1)),
        ("resolve", "noise", "high", None, 20, False, date(2025, 3, 1)),
        ("resolve", "noise", "high", None, 10, False, date(2025, 6, 1)),
        ("resolve", "praise", None, None, None, None, None),
    ]
    # The local day of receipt decides: 23:59 of the day before is 15:59 UTC.
    cases = [
        ("any", "u2", "heat", "low", utc("2025-05-05 10:00")),
        ("severe", "u2", None, "high", utc("2025-05-05 10:00")),
        ("noisy", "u2", "noise", None, utc("2025-05-05 10:00")),
        ("unit", "u1", "noise", "high", utc("2025-07-01 00:00")),
        ("before", "u1", "noise", "high", utc("2025-06-30 23:59")),
        ("older", "u1", "noise", "high", utc("2025-05-31 23:59")),
        ("none", "u2", "praise", "high", utc("2025-05-05 10:00")),
    ]
    hours = due(run, cases, rows)["promised_hours"].astype(float).droplevel("clock").to_dict()
    assert hours == {"any": 100, "severe": 50, "noisy": 40, "unit": 30, "before": 10, "older": 20}


# Published cases


@pytest.fixture(scope="module")
def examples() -> dict[str, Any]:
    if not EXAMPLES.exists():
        pytest.skip(
            f"No worked examples at {EXAMPLES}: set EVENKEEL_PUBLIC_DATA to the folder beside spec/."
        )
    return {one["id"]: one for one in json.loads(EXAMPLES.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(
    "name", ["bh_airclou", "bh_switchlabs", "bh_switchlabs_after", "bh_eesel_trap"]
)
def test_published_due_times(compiled: dict[str, str], examples: dict[str, Any], name: str) -> None:
    given_, run = examples[name]["inputs"], zoned(compiled, "Asia/Shanghai")
    follow(run, Calendars(weekdays("default", given_["open"], given_["close"])))
    promise = [("first_reply", None, None, None, given_["hours"], True, None)]
    found = due(run, [("c", "u", "c", None, utc(given_["start"]))], promise)
    assert found.loc[("c", "first_reply"), "due_at"] == utc(examples[name]["expected"])


def test_a_day_of_business_time_is_as_long_as_its_hours(
    compiled: dict[str, str], examples: dict[str, Any]
) -> None:
    example, run = examples["bh_day_conversion_trap"], zoned(compiled, "Asia/Shanghai")
    for length, closes in ((8, "17:00"), (9, "18:00")):
        follow(run, Calendars(weekdays("default", "09:00", closes)))
        day = seconds(run, [("u", utc(f"2025-03-0{n}")) for n in (3, 4)])
        days = example["inputs"]["hours"] * 3600 / (day[1] - day[0])
        assert days == pytest.approx(example["expected"][f"per_{length}h"], abs=1e-4)


@pytest.fixture(scope="module")
def china(compiled: dict[str, str]) -> Run:
    """The calendar that is shipped."""
    run = zoned(compiled, "Asia/Shanghai")
    names = ("opening_hours", "calendar_days", "unit_calendars")
    follow(run, Calendars(*(shipped(name) for name in names)))
    return run


def test_the_shipped_calendar_knows_the_chinese_working_days(
    china: Run, examples: dict[str, Any]
) -> None:
    ends = ["2025-01-01", "2026-01-01"]
    start, end = seconds(china, [("u", utc(stamp)) for stamp in ends])
    assert (end - start) / 3600 / 9 == 248
    given_ = examples["cn_2025_workdays"]["inputs"]
    days = {row[1]: row[2] for row in shipped("calendar_days")}
    assert {day for day in given_["holidays"] if days.get(day) != "holiday"} == set()
    for day in ("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"):
        assert days[day] == "working_day"


def test_business_hours_across_the_chinese_national_day(
    china: Run, compiled: dict[str, str], examples: dict[str, Any]
) -> None:
    expected = examples["cn_2025_elapsed"]["expected"]
    ends = [("u", utc("2025-09-26 17:00")), ("u", utc("2025-10-11 10:00"))]
    start, end = seconds(china, ends)
    assert (end - start) / 3600 == expected["cn"]
    naive = zoned(compiled, "Asia/Shanghai")
    follow(naive, Calendars(weekdays("default", "09:00", "18:00")))
    start, end = seconds(naive, ends)
    assert (end - start) / 3600 == expected["naive"]
