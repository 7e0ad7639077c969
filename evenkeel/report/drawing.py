"""Where things stand on paper: axis ticks, sparklines and the bars of a comparison.

Nothing here makes a figure of the organisation; it turns finished figures into positions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evenkeel.report.model import Metric

DECIMAL_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
CLOCK_STEPS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0)
LIMITS = {
    "percent": (0.0, 100.0),
    "index_0_100": (0.0, 100.0),
    "nps": (-100.0, 100.0),
    "points": (-100.0, 100.0),
}
SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 96.0, 26.0, 4.0


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` with its labelled values."""

    low: float
    high: float
    step: float
    ticks: tuple[float, ...]

    def percent(self, number: float) -> float:
        """Return the place of a number between the ends, 0 to 100."""
        place = 100 * (number - self.low) / (self.high - self.low)
        return round(min(max(place, 0.0), 100.0), 2)


@dataclass(frozen=True)
class Spark:
    """A line of a year without axes: paths of its unbroken parts, its end and its target."""

    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    end: tuple[float, float] | None
    target: str | None


def scale(metric: Metric, numbers: Sequence[float], *, from_zero: bool, ticks: int = 4) -> Scale:
    """Return a round axis that holds all numbers, within what the unit allows.

    Parameters
    ----------
    from_zero
        Whether 0 must be on it: for bars, and for counts, whose size is what matters.
    ticks
        About how many steps the axis shall have.
    """
    low, high = min(numbers), max(numbers)
    floor, ceiling = LIMITS.get(metric.unit, (-math.inf, math.inf))
    # An annual rate may be more than 100%: then the unit sets no limit.
    floor, ceiling = (
        (floor if low >= floor else -math.inf),
        (ceiling if high <= ceiling else math.inf),
    )
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9:
        margin = max(abs(high) / 10, 1.0 if abs(high) < 1e-6 else 0.0)
        low, high = (low if from_zero and low == 0 else low - margin), high + margin
    step = _step(metric, (high - low) / ticks)
    first = max(math.floor(low / step + 1e-9) * step, floor)
    last = min(math.ceil(high / step - 1e-9) * step, ceiling)
    if min(numbers) >= 0:
        first = max(first, 0.0)
    begin = math.ceil(first / step - 1e-9)
    end = math.floor(last / step + 1e-9)
    return Scale(first, last, step, tuple(round(n * step, 10) for n in range(begin, end + 1)))


def _step(metric: Metric, rough: float) -> float:
    if metric.unit == "seconds" and rough >= 1:
        return next((step for step in CLOCK_STEPS if step >= rough), math.ceil(rough / 3600) * 3600)
    size = 10.0 ** math.floor(math.log10(rough))
    steps = [size * factor for factor in DECIMAL_STEPS]
    if metric.is_total:
        # A count has no halves to label.
        steps = [step for step in steps if step.is_integer()] or [1.0]
        return next((step for step in steps if step >= rough * (1 - 1e-9)), steps[-1])
    return next(step for step in steps if step >= rough * (1 - 1e-9))


def spark(values: Sequence[float | None], target: float | None) -> Spark | None:
    """Return a sparkline of months in order; None where there is nothing to join.

    Parameters
    ----------
    values
        One number for each month, None where there is none to show.
    """
    known = [number for number in values if number is not None]
    if len(known) < 2:
        return None
    extremes = [*known, *([] if target is None else [target])]
    low, high = min(extremes), max(extremes)

    def place(index: int, number: float) -> tuple[float, float]:
        x = SPARK_MARGIN + index * (SPARK_WIDTH - 2 * SPARK_MARGIN) / (len(values) - 1)
        share = 0.5 if high == low else (number - low) / (high - low)
        y = SPARK_HEIGHT - SPARK_MARGIN - share * (SPARK_HEIGHT - 2 * SPARK_MARGIN)
        return round(x, 1), round(y, 1)

    runs: list[list[tuple[float, float]]] = [[]]
    for index, number in enumerate(values):
        if number is None:
            runs.append([])
        else:
            runs[-1].append(place(index, number))
    paths = tuple("M" + "L".join(f"{x} {y}" for x, y in run) for run in runs if len(run) > 1)
    dots = tuple(run[0] for run in runs if len(run) == 1)
    end = place(len(values) - 1, values[-1]) if values[-1] is not None else None
    line = None
    if target is not None:
        y = place(0, target)[1]
        line = f"M{SPARK_MARGIN:g} {y}H{SPARK_WIDTH - SPARK_MARGIN:g}"
    return Spark(paths, dots, end, line)
