"""Finds a place for the target's label where it covers the line least, then the band."""

from __future__ import annotations

from evenkeel.report.charts import Trend, field_of

CHARACTER_WIDTH = 7.0
# Distance in pixels of the label's middle from the dashed line, and half of its height.
DISTANCE, HALF = 9.0, 8.0
LINE_COST, BAND_COST, EDGE_COST = 100, 1, 10


def target_place(trend: Trend, width: int) -> tuple[float, float] | None:
    """Return where the label begins, as (month, number at its middle); None without a target.

    Of places that cover the same, it is the leftmost, and above the line rather than below.

    Parameters
    ----------
    width
        Of the whole drawing, in pixels.
    """
    months = trend.months
    marked = [month.month for month in months if month.target is not None]
    if not marked or not trend.target_label:
        return None
    field = field_of(trend, width)
    span = len(trend.target_label) * CHARACTER_WIDTH
    length = max(1, -(-int(span * (len(months) - 1)) // field.width))
    pixel = (trend.y_scale.high - trend.y_scale.low) / field.height
    places = [
        (_cost(trend, start, length, side * pixel, HALF * pixel), start, -side * pixel)
        for start in marked
        for side in (DISTANCE, -DISTANCE)
        if start + length < len(months) or start == marked[0]
    ]
    _, start, side = min(places)
    return start, (months[start].target or 0.0) - side


def _cost(trend: Trend, start: int, length: int, side: float, half: float) -> int:
    """Return how much a label covers that begins at a month, `side` away from the target."""
    middle = (trend.months[start].target or 0.0) + side
    low, high = middle - half, middle + half
    cost = 0
    if high > trend.y_scale.high + 2 * half or low < trend.y_scale.low:
        cost += EDGE_COST
    covered = trend.months[start : start + length + 1]
    for month in covered:
        if month.low is not None and month.high is not None:
            cost += BAND_COST if month.low < high and low < month.high else 0
    values = [month.value for month in covered if month.value is not None]
    for before, after in zip(values, values[1:] or values, strict=False):
        cost += LINE_COST if min(before, after) < high and low < max(before, after) else 0
    return cost
