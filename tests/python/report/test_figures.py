from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenkeel.report.drawing import Scale
from evenkeel.report.figures import Figures
from evenkeel.report.language import open_language
from evenkeel.report.model import Metric
from report.conftest import PROJECT

FIGURES = Figures(open_language(PROJECT / "reports" / "locale", "en"), ZoneInfo("Asia/Shanghai"))


def metric(unit: str, method: str = "mean") -> Metric:
    return Metric("m", "1", "contact", method, unit, "higher", "A1", "M", "meaning")


@pytest.mark.parametrize(
    ("unit", "method", "number", "text"),
    [
        ("percent", "mean", 86.25, "86.3%"),
        ("percent", "mean", 0.0, "0.0%"),
        ("nps", "mean", 29.16, "29.2"),
        ("nps", "mean", -3.14, "−3.1"),
        ("nps", "mean", -0.04, "0.0"),
        ("index_0_100", "mean", 78.0, "78.0"),
        ("seconds", "mean", 8.24, "8.2 s"),
        ("seconds", "mean", 38.5, "39 s"),
        ("seconds", "mean", 59.6, "1:00 min"),
        ("seconds", "p90", 412.0, "6:52 min"),
        ("seconds", "mean", 3725.0, "1:02:05 h"),
        ("contacts", "sum", 1234567, "1,234,567"),
        ("employees", "stock", 12.0, "12"),
        ("employees", "median", 7.5, "7.5"),
        ("score", "mean", 3.9959, "4.00"),
        ("score_1_7", "mean", 5.125, "5.13"),
        ("per_1000", "rate", 4.2749, "4.27"),
        ("per_10000", "rate", 0.5, "0.50"),
        ("hours", "mean", 47.04, "47.0 h"),
        ("days", "km_p50", 7.0, "7.0 d"),
        ("something_new", "mean", 1.25, "1.3"),
    ],
)
def test_a_value_is_written_by_its_unit(unit: str, method: str, number: float, text: str) -> None:
    assert FIGURES.value(metric(unit, method), number) == text


@pytest.mark.parametrize(
    ("unit", "number", "text"),
    [
        ("percent", 1.31, "+1.3 pp"),
        ("percent", -1.31, "−1.3 pp"),
        ("percent", 0.01, "0.0 pp"),
        ("nps", 5.8, "+5.8"),
        ("seconds", -2.0, "−2.0 s"),
        ("seconds", 75.0, "+1:15 min"),
        ("per_1000", -0.871, "−0.87"),
    ],
)
def test_a_difference_has_a_sign_and_percentages_differ_in_points(
    unit: str, number: float, text: str
) -> None:
    assert FIGURES.difference(metric(unit), number) == text


def test_an_interval_says_where_it_is_open() -> None:
    share, wait = metric("percent"), metric("seconds", "p90")
    assert FIGURES.interval(share, 81.23, 86.25) == "81.2 to 86.3"
    assert FIGURES.interval(wait, 55.0, 104.0) == "0:55 to 1:44"
    assert FIGURES.interval(wait, None, 104.0) == "up to 1:44"
    assert FIGURES.interval(wait, 97.0, None) == "1:37 or more"
    assert FIGURES.interval(wait, None, None) == ""


def test_a_limit_beside_no_change_is_not_rounded_to_no_change() -> None:
    assert FIGURES.difference_interval(metric("percent"), 0.012, 4.31) == "+0.01 to +4.3"
    assert FIGURES.difference_interval(metric("percent"), -3.8, 0.0) == "−3.8 to 0.0"


def test_a_tick_has_the_digits_of_its_step() -> None:
    def ticks(unit: str, low: float, high: float, step: float, method: str = "mean") -> list[str]:
        axis = Scale(low, high, step, (low, low + step, high))
        return [FIGURES.tick(metric(unit, method), tick, axis) for tick in axis.ticks]

    assert ticks("percent", 80.0, 90.0, 5.0) == ["80%", "85%", "90%"]
    assert ticks("percent", 0.0, 5.0, 2.5) == ["0.0%", "2.5%", "5.0%"]
    assert ticks("nps", -20.0, 20.0, 20.0) == ["−20", "0", "20"]
    assert ticks("contacts", 0.0, 20000.0, 10000.0, "sum") == ["0", "10,000", "20,000"]
    assert ticks("seconds", 0.0, 120.0, 60.0) == ["0:00", "1:00", "2:00"]
    assert ticks("seconds", 5.0, 15.0, 5.0) == ["5", "10", "15"]
    assert ticks("seconds", 7.0, 7.5, 0.25) == ["7.00", "7.25", "7.50"]


def test_moments_are_told_in_the_project_s_time_zone() -> None:
    moment = datetime(2026, 10, 31, 16, 30, tzinfo=UTC).replace(tzinfo=None)
    assert FIGURES.moment(moment) == "Nov 1, 2026 00:30"
    assert FIGURES.moment(date(2026, 10, 31)) == "Oct 31, 2026"
    midnight = datetime(2026, 10, 31, tzinfo=UTC).replace(tzinfo=None)
    assert FIGURES.moment(midnight) == "Oct 31, 2026"
    assert FIGURES.month(date(2026, 10, 1)) == "October 2026"
    assert FIGURES.month(date(2026, 10, 1), short=True) == "Oct 2026"
    assert FIGURES.month_name(date(2026, 10, 1)) == "October"


@given(st.floats(-1e7, 1e7), st.sampled_from(["percent", "nps", "seconds", "score", "per_1000"]))
def test_a_minus_is_never_a_hyphen_and_never_before_nothing(number: float, unit: str) -> None:
    text = FIGURES.value(metric(unit), number)
    assert "-" not in text
    assert text.startswith("−") == (number < 0 and any(digit in text for digit in "123456789"))
