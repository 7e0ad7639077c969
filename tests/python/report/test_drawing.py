from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evenkeel.report.drawing import scale, spark
from report.test_figures import metric

NUMBERS = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=20)


@given(NUMBERS, st.sampled_from(["contacts", "seconds", "score"]), st.booleans())
def test_an_axis_holds_every_number_and_its_ticks_lie_on_it(
    numbers: list[float], unit: str, from_zero: bool
) -> None:
    method = "sum" if unit == "contacts" else "mean"
    axis = scale(metric(unit, method), numbers, from_zero=from_zero)
    assert axis.low <= min(numbers) + 1e-6
    assert axis.high >= max(numbers) - 1e-6
    assert axis.low < axis.high
    assert 2 <= len(axis.ticks) <= 12
    assert all(axis.low - 1e-6 <= tick <= axis.high + 1e-6 for tick in axis.ticks)
    assert not from_zero or axis.low <= 0 <= axis.high


def test_an_axis_keeps_to_what_the_unit_allows() -> None:
    share = scale(metric("percent"), [91.0, 99.4], from_zero=False)
    assert share.high == 100
    assert scale(metric("nps"), [-96.0, 40.0], from_zero=False).low == -100
    assert scale(metric("percent"), [0.0, 236.4], from_zero=True).high == 300
    assert scale(metric("contacts", "sum"), [3.0, 6.0], from_zero=True).ticks == (0, 2, 4, 6)


def test_an_axis_of_one_value_has_room_around_it() -> None:
    axis = scale(metric("score"), [4.0, 4.0], from_zero=False)
    assert axis.low < 4.0 < axis.high
    assert scale(metric("contacts", "sum"), [0.0], from_zero=True).low == 0


def test_the_place_on_an_axis_is_a_share_of_its_length() -> None:
    axis = scale(metric("percent"), [0.0, 100.0], from_zero=True)
    assert (axis.percent(0), axis.percent(25), axis.percent(130)) == (0, 25, 100)


def test_a_sparkline_breaks_where_nothing_is_shown() -> None:
    drawn = spark([1.0, 2.0, None, 3.0, None, 4.0, 5.0], target=4.5)
    assert drawn is not None
    assert len(drawn.paths) == 2
    assert len(drawn.dots) == 1
    assert drawn.end is not None
    assert drawn.target is not None
    assert spark([None, 3.0, None], None) is None


def test_a_sparkline_without_a_last_value_has_no_end() -> None:
    drawn = spark([1.0, 1.0, None], None)
    assert drawn is not None
    assert drawn.end is None
