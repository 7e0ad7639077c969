"""Draws a chart on axes: Vega-Lite draws the marks of a specification, the labels go around them.

The labels are finished text in the reader's language. They are not given to Vega, which would
measure each with the machine's fonts, taking two thirds of a chart's time to no effect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import vl_convert
from markupsafe import escape

from evenkeel.errors import EvenkeelError
from evenkeel.report.drawing import Scale

WIDE, NARROW = 560, 340
HEIGHT = {WIDE: 250, NARROW: 220}
TOP, BOTTOM = 18, 28
DIGIT_WIDTH = 7.5
# From a label's text to what it labels, and from its middle to the line that it stands on.
GAP, MIDDLE = 8, 4
# What Vega writes into every mark though it is the default; half of a small drawing.
SUPERFLUOUS = re.compile(
    r' (?:aria-hidden="true"|pointer-events="none"|opacity="1"|class="[^"]*"|role="[^"]*"'
    r'|aria-roledescription="[^"]*"|xmlns:xlink="[^"]*"|version="1.1"|display="none")'
)
EMPTY = re.compile(
    r'<path(?: [\w-]+="[^"]*")* d="M0,0h0v0h0Z"(?: [\w-]+="[^"]*")*/>|<path d=""/>'
    r'|<g(?: [\w-]+="[^"]*")*></g>'
)


@dataclass(frozen=True)
class Month:
    """The marks of one month of a trend; None leaves a gap."""

    month: int
    value: float | None
    low: float | None
    high: float | None
    target: float | None
    alone: bool = False
    dot: bool = False
    low_base: bool = False


@dataclass(frozen=True)
class Trend:
    """Everything that a trend shows.

    Attributes
    ----------
    y_labels
        The texts of the scale's ticks.
    hidden
        The months whose value is withheld, and the mark that says so.
    target_label
        The text beside the dashed line; `charts` finds its place.
    """

    months: tuple[Month, ...]
    y_scale: Scale
    y_labels: tuple[str, ...]
    end_label: str = ""
    target_label: str = ""
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True)
class Field:
    """The part of a drawing in which the line runs, in pixels; it begins at (left, TOP)."""

    trend: Trend
    left: int
    width: int
    height: int

    def x(self, month: float) -> float:
        """Return the place of a month."""
        return round(self.left + month * self.width / max(len(self.trend.months) - 1, 1), 1)

    def y(self, number: float) -> float:
        """Return the place of a number."""
        scale = self.trend.y_scale
        return round(TOP + (scale.high - number) * self.height / (scale.high - scale.low), 1)


def field_of(trend: Trend, width: int) -> Field:
    """Return the field that the labels left and right leave of a drawing's width."""
    left = round(max(map(len, trend.y_labels)) * DIGIT_WIDTH + 2 * GAP)
    right = round(max(len(trend.end_label) * (DIGIT_WIDTH + 1) + GAP, 24))
    return Field(trend, left, width - left - right, HEIGHT[width] - TOP - BOTTOM)


def draw_trend(
    folder: Path,
    trend: Trend,
    width: int,
    x_labels: Mapping[int, str],
    target_place: tuple[float, float] | None = None,
) -> str:
    """Return the SVG of a trend.

    Parameters
    ----------
    folder
        The folder with the specifications and their theme.
    width
        Pixels, `WIDE` or `NARROW`: drawn to size, so that text keeps its own.
    x_labels
        Text below the months that have one, by their number.
    target_place
        Where the target's label begins, as (month, number at its middle).
    """
    field = field_of(trend, width)
    signals = {
        "x_domain": [0, max(len(trend.months) - 1, 1)],
        "x_ticks": sorted(x_labels),
        "y_domain": [trend.y_scale.low, trend.y_scale.high],
        "y_ticks": list(trend.y_scale.ticks),
    }
    spec = json.loads(_compiled(folder, "trend"))
    right = width - field.left - field.width
    spec["width"], spec["height"] = field.width, field.height
    spec["padding"] = {"left": field.left, "right": right, "top": TOP, "bottom": BOTTOM}
    _inject(spec, signals, [vars(month) for month in trend.months])
    marks = _slim(vl_convert.vega_to_svg(spec))
    return marks.replace("</svg>", "".join(_texts(field, x_labels, target_place)) + "</svg>")


@lru_cache(maxsize=8)
def _compiled(folder: Path, name: str) -> str:
    """Return a specification as Vega: compiling costs as much as drawing."""
    try:
        spec = json.loads((folder / f"{name}.vl.json").read_text(encoding="utf-8"))
        spec["config"] = json.loads((folder / "theme.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvenkeelError(f"The chart {name} in {folder} cannot be read: {error}.") from error
    return json.dumps(vl_convert.vegalite_to_vega(spec))


def _inject(spec: dict[str, Any], signals: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    for signal in spec["signals"]:
        if signal["name"] in signals:
            signal["value"] = signals[signal["name"]]
    for data in spec["data"]:
        if data["name"] == "months":
            data["values"] = rows


def _slim(svg: str) -> str:
    """Drop what draws nothing; the words for screen readers stand on the figure around it."""
    svg = SUPERFLUOUS.sub("", svg)
    while (less := EMPTY.sub("", svg)) != svg:
        svg = less
    return svg


def _texts(
    field: Field, x_labels: Mapping[int, str], target_place: tuple[float, float] | None
) -> list[str]:
    """Return the labels; their faces, sizes and colours are the style sheet's."""
    trend = field.trend
    bottom = TOP + field.height
    texts = [
        _text("tick end", field.left - GAP, field.y(tick) + MIDDLE, label)
        for tick, label in zip(trend.y_scale.ticks, trend.y_labels, strict=True)
    ]
    texts += [_text("tick middle", field.x(m), bottom + 21, x_labels[m]) for m in sorted(x_labels)]
    texts += [_text("tick middle", field.x(month), bottom - GAP, "[c]") for month in trend.hidden]
    last = trend.months[-1].value
    if trend.end_label and last is not None:
        right = field.left + field.width + GAP
        texts.append(_text("last", right, field.y(last) + MIDDLE, trend.end_label))
    if target_place is not None:
        month, middle = target_place
        texts.append(_text("goal", field.x(month), field.y(middle) + MIDDLE, trend.target_label))
    return texts


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>'
