from __future__ import annotations

import re

import pytest

from evenkeel.report.charts import NARROW, TOP, WIDE, Month, Trend, draw_trend
from evenkeel.report.drawing import Scale
from evenkeel.report.labels import target_place
from report.conftest import PROJECT
from report.pages import parse

CHARTS = PROJECT / "reports" / "charts"
SCALE = Scale(0.0, 100.0, 50.0, (0.0, 50.0, 100.0))
LABELS = ("0%", "50%", "100%")
MONTHS = 24


def trend(*values: float | None, target: float | None = None) -> Trend:
    months = tuple(
        Month(
            month=index,
            value=value,
            low=None if value is None else value - 5,
            high=None if value is None else value + 5,
            target=target,
        )
        for index, value in enumerate(values)
    )
    return Trend(
        months,
        SCALE,
        LABELS,
        end_label="41%",
        target_label="" if target is None else f"Target {target:.0f}%",
        hidden=tuple(index for index, value in enumerate(values) if value is None),
    )


def texts(svg: str) -> list[str]:
    return [element.text for element in parse(svg).find("text")]


def test_a_chart_holds_its_labels_and_no_style_id_or_opacity() -> None:
    svg = draw_trend(CHARTS, trend(*[40.0] * MONTHS), WIDE, {2: "Jan 2026", 23: "<Oct>"})
    assert texts(svg) == ["0%", "50%", "100%", "Jan 2026", "<Oct>", "41%"]
    assert svg.startswith("<svg ")
    assert f'width="{WIDE}"' in svg
    for attribute in ("style=", "id=", "opacity", "role=", "href", "<Oct>"):
        assert attribute not in svg


def test_labels_stand_where_the_marks_are() -> None:
    svg = draw_trend(CHARTS, trend(*[50.0] * 3), NARROW, {0: "A", 2: "C"}, (0.0, 75.0))
    places = {text.text: text.attributes for text in parse(svg).find("text")}
    grid = [float(y) for y in re.findall(r'<line transform="translate\(0,([\d.]+)\)"', svg)]
    # The middle of the letters is four pixels above their foot; the field begins at TOP.
    assert [float(places[label]["y"]) - 4 - TOP for label in LABELS] == pytest.approx(
        [round(y) for y in sorted(grid, reverse=True)[:3]], abs=1
    )
    assert places["41%"]["y"] == places["50%"]["y"]
    assert float(places["A"]["x"]) < float(places["C"]["x"]) < float(places["41%"]["x"])


def test_a_month_that_is_not_shown_breaks_line_and_band_and_is_marked() -> None:
    whole = draw_trend(CHARTS, trend(*[40.0] * 6), NARROW, {})
    broken = draw_trend(CHARTS, trend(40.0, 40.0, None, 40.0, 40.0, 40.0), NARROW, {})
    assert "[c]" in texts(broken)

    def starts(svg: str) -> list[int]:
        return [len(re.findall("M", d)) for d in re.findall(r' d="([^"]*)"', svg) if "L" in d]

    assert sum(starts(broken)) == sum(starts(whole)) + 2


def test_a_chart_is_drawn_to_the_same_bytes() -> None:
    one, two = (draw_trend(CHARTS, trend(*[40.0] * 9), WIDE, {8: "Oct"}) for _ in range(2))
    assert one == two


def test_the_target_s_label_stands_above_its_line_at_the_left() -> None:
    place = target_place(trend(*[40.0] * MONTHS, target=80.0), WIDE)
    assert place is not None
    assert place[0] == 0
    assert place[1] > 80


def test_the_target_s_label_gives_way_to_the_line() -> None:
    place = target_place(trend(*[83.0] * 12, *[40.0] * 12, target=80.0), WIDE)
    assert place is not None
    assert place[0] >= 12 or place[1] < 80


def test_without_a_target_there_is_no_label() -> None:
    assert target_place(trend(*[40.0] * 3), WIDE) is None
