from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from evenkeel.report.messages import key_messages, summary
from evenkeel.report.model import NOTHING, Change, Metric, Period, Value, not_measured
from evenkeel.report.view import Line
from evenkeel.report.words import Words
from report.test_figures import FIGURES

PERIOD = Period("2026-10", date(2026, 10, 1), date(2026, 11, 1))
WORDS = Words(FIGURES, {}, PERIOD, date(2026, 9, 1), date(2025, 10, 1))
NPS = Metric("n", "1", "satisfaction", "mean", "nps", "higher", "A6", "NPS", "")
LOST = Metric("l", "1", "contact", "mean", "percent", "lower", "D3", "Lost calls", "")
CALLS = Metric("c", "1", "contact", "sum", "contacts", "none", "D", "Calls", "")


def changed(state: str, difference: float | None = 5.8) -> Change:
    if state == "not_tested":
        return Change(difference, None, None, state)
    half = 8.0 if state == "no_clear_change" else 1.0
    return Change(difference, (difference or 0) - half, (difference or 0) + half, state)


def value(month: Change = NOTHING, year: Change = NOTHING, **other: object) -> Value:
    made = Value(
        metric_id="n",
        unit_id="all",
        start=PERIOD.start,
        base=940,
        value=29.2,
        low=25.1,
        high=33.3,
        state="ok",
        month=month,
        year=year,
        target=None,
        target_state=None,
        data_through=None,
    )
    return replace(made, **other)  # type: ignore[arg-type]  # any field may be replaced


def line(metric: Metric, now: Value) -> Line:
    return Line(metric, now, (now,), None)


@pytest.mark.parametrize(
    ("month", "year", "text"),
    [
        ("up", "not_comparable", "NPS rose since September: 29.2"),
        ("down", "up", "NPS fell since September: 29.2"),
        ("no_clear_change", "up", "NPS rose since October 2025: 29.2"),
        ("no_clear_change", "no_clear_change", "NPS shows no clear change since September: 29.2"),
        ("no_clear_change", "not_comparable", "NPS shows no clear change since September: 29.2"),
        (
            "not_comparable",
            "no_clear_change",
            "NPS shows no clear change since October 2025: 29.2",
        ),
        ("not_tested", "not_tested", "NPS in October 2026: 29.2"),
        ("not_comparable", "not_comparable", "NPS in October 2026: 29.2"),
    ],
)
@pytest.mark.parametrize("difference", [5.8, -5.8])
def test_the_verb_follows_the_test_and_never_the_sign(
    month: str, year: str, text: str, difference: float
) -> None:
    now = value(changed(month, difference), changed(year, -difference))
    assert WORDS.headline(NPS, now) == text


def test_a_headline_says_why_there_is_no_number() -> None:
    hidden = value(state="hidden_small", value=None)
    assert WORDS.headline(NPS, hidden) == "NPS is hidden in October 2026"
    nothing = not_measured("n", "all", PERIOD.start)
    assert WORDS.headline(NPS, nothing) == "NPS was not measured in October 2026"


def test_an_unclear_change_is_given_with_its_interval() -> None:
    assert WORDS.change(NPS, changed("no_clear_change")) == "+5.8, interval −2.2 to +13.8"
    assert WORDS.change(NPS, changed("not_tested")) == "+5.8, not tested"
    assert WORDS.change(NPS, NOTHING) == ""


@pytest.mark.parametrize(
    ("metric", "state", "colour"),
    [
        (NPS, "up", "good"),
        (NPS, "down", "bad"),
        (LOST, "up", "bad"),
        (LOST, "down", "good"),
        (CALLS, "up", "plain"),
        (NPS, "no_clear_change", "plain"),
        (NPS, "not_tested", "plain"),
    ],
)
def test_only_a_clear_change_with_a_direction_is_good_or_bad(
    metric: Metric, state: str, colour: str
) -> None:
    assert WORDS.colour(metric, changed(state)) == colour


def messages(*lines: Line, incomplete: bool = False) -> list[str]:
    found = key_messages(lines, (), WORDS, is_incomplete=incomplete)
    return [f"{message.lead}: {message.text}" for message in found]


def test_the_messages_begin_with_targets_then_worse_then_better() -> None:
    assert messages(
        line(NPS, value(changed("up"), target=45.0, target_state="missed")),
        line(LOST, value(changed("up", 1.31), value=6.5, target=7.0, target_state="met")),
        line(NPS, value(changed("no_clear_change"), target=29.0, target_state="undecided")),
    ) == [
        "Targets: 1 of 3 are met. Missed: NPS. Undecided: NPS.",
        "Worse: Lost calls rose since September: 6.5% (+1.3 pp, interval +0.3 to +2.3).",
        "Better: NPS rose since September: 29.2 (+5.8, interval +4.8 to +6.8).",
        "No clear change: NPS since September: 29.2 (+5.8, interval −2.2 to +13.8).",
    ]


def test_there_are_never_more_than_five_messages() -> None:
    many = [line(LOST, value(changed("up"), target=1.0, target_state="met"))] * 4
    many += [line(NPS, value(changed("up")))] * 4
    many += [line(NPS, value(changed("no_clear_change"))), line(NPS, value(state="hidden_small"))]
    found = messages(*many)
    assert [message.split(":")[0] for message in found] == [
        "Targets",
        "Worse",
        "Worse",
        "Better",
        "No clear change",
    ]
    assert len(messages(*many, incomplete=True)) == 5


@pytest.mark.parametrize(
    ("number", "named"),
    [(1, "NPS"), (4, "NPS, NPS, NPS, and NPS"), (5, "NPS, NPS, NPS, and 2 more")],
)
def test_of_many_metrics_a_message_names_the_first(number: int, named: str) -> None:
    few = [line(NPS, value(state="low_base"))] * number
    assert messages(*few) == [f"Read with care: Few answers or cases: {named}."]


def test_where_little_is_tested_volumes_fill_the_page() -> None:
    calls = value(changed("not_tested"), value=12345.0)
    assert messages(line(CALLS, calls), line(NPS, value(state="low_base"))) == [
        "Volume: Calls in October 2026: 12,345.",
        "Read with care: Few answers or cases: NPS.",
    ]
    assert messages() == []


def test_a_release_that_lacks_a_batch_says_so() -> None:
    found = messages(line(NPS, value(target=45.0, target_state="missed")), incomplete=True)
    assert found[0].startswith("Incomplete: Files were refused")


def test_the_index_s_line_counts_what_the_tests_found() -> None:
    lines = [
        line(NPS, value(changed("up"), target=45.0, target_state="missed")),
        line(LOST, value(changed("up"), target=7.0, target_state="met")),
        line(CALLS, value(changed("not_tested"))),
    ]
    assert summary(lines, WORDS) == (
        "3 measures, 1 of 2 targets met, 1 clearly worse, 1 clearly better"
    )
    assert summary(lines[2:], WORDS) == "1 measure"
