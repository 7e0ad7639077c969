"""Hand-countable cases of the oracle's own parts, so that its disagreements can be trusted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from oracle.facts import resolved, waves
from oracle.files import read_files
from oracle.oracle import has_begun
from oracle.organisation import Organisation
from oracle.people import Employment, employments
from oracle.periods import period_of, periods_between, previous_key, year_ago_key
from oracle.pipeline import MODELS_RAW
from oracle.settings import Settings

APRIL = Settings(fiscal_year_starts=4)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("period_type", "on", "key", "before", "year_before"),
    [
        ("day", "2026-03-01", "2026-03-01", "2026-02-28", "2025-03-01"),
        ("week", "2026-10-24", "2026-W44", "2026-W43", "2025-W44"),
        ("week", "2026-10-30", "2026-W44", "2026-W43", "2025-W44"),
        ("week", "2021-01-02", "2021-W01", "2020-W53", "2020-W01"),
        ("month", "2026-01-31", "2026-01", "2025-12", "2025-01"),
        ("quarter", "2026-01-31", "2025-Q4", "2025-Q3", "2024-Q4"),
        ("half", "2026-04-01", "2026-H1", "2025-H2", "2025-H1"),
        ("year", "2026-03-31", "2025", "2024", "2024"),
        ("year_to_date", "2026-04-09", "2026-04-ytd", "2026-03-ytd", "2025-04-ytd"),
    ],
)
def test_keys_in_a_fiscal_year_from_april(
    period_type: str, on: str, key: str, before: str, year_before: str
) -> None:
    period = period_of(period_type, day(on), APRIL)
    found = (period.key, previous_key(period, APRIL), year_ago_key(period))
    assert found == (key, before, year_before)


def test_year_to_date_of_each_month() -> None:
    found = periods_between("year_to_date", day("2026-02-10"), day("2026-05-01"), APRIL)
    assert [(period.key, str(period.start), str(period.end)) for period in found[:4]] == [
        ("2026-02-ytd", "2025-04-01", "2026-03-01"),
        ("2026-03-ytd", "2025-04-01", "2026-04-01"),
        ("2026-04-ytd", "2026-04-01", "2026-05-01"),
        ("2026-05-ytd", "2026-04-01", "2026-06-01"),
    ]
    # They overlap the days until their year is over, as far as as_of has come.
    assert [period.key for period in found[4:]] == [
        *(f"2026-{month:02d}-ytd" for month in range(6, 13)),
        *(f"2027-{month:02d}-ytd" for month in range(1, 4)),
    ]
    begun = [period.key for period in found if has_begun(period, day("2026-07-01"))]
    assert begun[-1] == "2026-07-ytd"


def staff_row(extracted_on: str, hired_on: str = "", left_on: str = "") -> dict[str, Any]:
    return {
        "extracted_on": day(extracted_on),
        "hired_on": day(hired_on) if hired_on else None,
        "left_on": day(left_on) if left_on else None,
    }


def stays(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    extracts = [day(f"2025-{month:02d}-01") for month in range(1, 7)]
    found: list[Employment] = employments(rows, extracts, day("2025-12-31"))
    return [(str(stay.start), str(stay.left_on)) for stay in found]


def test_the_first_extract_reaches_back_to_the_day_of_hire() -> None:
    rows = [staff_row(f"2025-{month:02d}-01", "2024-05-05") for month in range(1, 7)]
    assert stays(rows) == [("2024-05-05", "None")]


def test_gone_without_a_day_of_leaving_left_at_the_next_extract() -> None:
    assert stays([staff_row("2025-01-01"), staff_row("2025-02-01")]) == [
        ("2025-01-01", "2025-03-01")
    ]


def test_a_day_of_leaving_in_a_later_extract_wins() -> None:
    rows = [staff_row("2025-01-01"), staff_row("2025-04-01", left_on="2025-01-20")]
    assert stays(rows) == [("2025-01-01", "2025-01-20")]


def test_back_after_a_gap_and_after_leaving() -> None:
    gap = [staff_row("2025-01-01"), staff_row("2025-03-01"), staff_row("2025-04-01")]
    assert stays(gap) == [("2025-01-01", "2025-02-01"), ("2025-03-01", "2025-05-01")]
    left = [
        staff_row("2025-01-01"),
        staff_row("2025-02-01", left_on="2025-01-15"),
        *(staff_row(f"2025-{month:02d}-01", "2025-03-01") for month in range(3, 7)),
    ]
    assert stays(left) == [("2025-01-01", "2025-01-15"), ("2025-03-01", "None")]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], False),
        (["acknowledged", "resolved"], True),
        (["closed"], True),
        (["resolved", "reopened"], False),
        (["resolved", "closed", "reopened", "resolved"], True),
        (["closed", "reopened", "closed"], True),
        (["resolved", "reopened", "closed", "reopened", "escalated"], False),
    ],
)
def test_resolution_after_the_last_reopening(events: list[str], expected: bool) -> None:
    assert resolved(events) is expected


def unit_row(unit: str, **more: Any) -> dict[str, Any]:
    names = ("valid_from", "parent_org_unit_id", "opened_on", "closed_on")
    return {"org_unit_id": unit, "org_level": "any", **dict.fromkeys(names), **more}


def test_a_reorganisation_does_not_move_the_past() -> None:
    rows = [
        unit_row("team", parent_org_unit_id="north"),
        unit_row("team", parent_org_unit_id="south", valid_from=day("2026-01-10")),
        unit_row("team", parent_org_unit_id="none", valid_from=day("2026-03-01")),
        unit_row("north"),
        unit_row("south", opened_on=day("2026-01-05"), closed_on=day("2026-01-20")),
    ]
    organisation = Organisation(rows, day("2026-02-28"))
    assert organisation.path("team", day("2026-01-09")) == ("all", "team", "north")
    assert organisation.path("team", day("2026-01-10")) == ("all", "team", "south")
    assert organisation.path("nobody", day("2026-01-10")) == ("all",)
    assert organisation.is_open("south", day("2026-01-20"), day("2026-01-31"))
    assert not organisation.is_open("south", day("2026-01-21"), day("2026-01-31"))
    assert not organisation.is_open("south", day("2026-01-01"), day("2026-01-04"))


def test_a_wave_ends_after_its_last_questionnaire_closes() -> None:
    def survey(survey_id: str, opened_on: str, closed_on: str) -> dict[str, Any]:
        return {
            "survey_id": survey_id,
            "programme": "relationship",
            "wave": "1",
            "opened_on": day(opened_on),
            "closed_on": day(closed_on),
        }

    pair = [survey("a", "2026-01-10", "2026-01-20"), survey("b", "2026-01-05", "2026-01-31")]
    wave = waves(pair, day("2026-02-28"))["a"]
    assert (wave.start, wave.end) == (day("2026-01-05"), day("2026-02-01"))
    assert waves(pair, day("2026-01-25"))["b"].end is None


def test_versions_deletions_and_answers_that_do_not_come_again(tmp_path: Path) -> None:
    def put(entity: str, name: str, *lines: str) -> None:
        (tmp_path / entity).mkdir(exist_ok=True)
        (tmp_path / entity / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")

    start = "2026-01-05 10:00:00"
    head = "contact_id,started_at,channel,outcome,talk_seconds,is_deleted"
    put("contacts", "1-a", head, f"a,{start},voice,answered,1,", f"b,{start},voice,answered,1,")
    put("contacts", "1-b", head, f"a,{start},voice,answered,2,", f"c,{start},voice,lost,1,")
    put("contacts", "2-a", head, f"a,{start},voice,answered,1,", f"b,{start},voice,answered,1,true")
    put("contacts", "2-b", head, f"b,{start},voice,answered,1,", f"d,{start},voice,answered,-1,")
    put("survey_responses", "1-r", "response_id,survey_id,submitted_at", f"r,s,{start}")
    put("survey_responses", "2-r", "response_id,survey_id,submitted_at,channel", f"r,s,{start},sms")
    put("survey_answers", "1-a", "response_id,item_code,answer_value", "r,q1,5", "r,q2,4")
    put("survey_answers", "2-a", "response_id,item_code,answer_value", "r,q2,4")
    files = read_files(tmp_path, MODELS_RAW, ZoneInfo("Asia/Shanghai"), {}, day("2026-12-31"))
    # a: the old export undoes no correction; b stays deleted; c is refused; d is blanked.
    talks = {row["contact_id"]: row["talk_seconds"] for row in files["contacts"]}
    assert talks == {"a": 2, "d": None}
    assert files["contacts"][0]["started_at"] == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert [row["item_code"] for row in files["survey_answers"]] == ["q2"]


# Figures of small files, counted by hand: everything lies in January 2026.
