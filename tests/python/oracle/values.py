"""From the sums of a cell to its value, error and limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, localcontext

from . import intervals
from .catalogue import Entry
from .cells import Cell
from .intervals import Limits

NO_LIMITS = (None, None)
TENTHS = {"median": 5, "p90": 9}
MaybeLimits = tuple[float | None, float | None]


@dataclass(frozen=True)
class Estimate:
    """A value with what a test of a difference needs to know of it, in the metric's unit."""

    value: float | None
    std_error: float | None = None
    limits: MaybeLimits = NO_LIMITS
    base: int = 0
    effective: float | None = None
    net: tuple[float, float] | None = None
    count: int | None = None
    denominator: float | None = None


def estimate(entry: Entry, method: str, cell: Cell, is_weighted: bool) -> Estimate:
    """The figure of a cell; value None where nothing was measured."""
    factor = float(entry.factor)
    if method in {"sum", "stock"}:
        return Estimate(factor * float(cell.value_sum), base=cell.base)
    if cell.base == 0 or (is_weighted and cell.weight_sum == 0):
        return Estimate(None, base=cell.base)
    if method in TENTHS:
        return _quantile(cell, factor, TENTHS[method])
    if method == "rate":
        return _rate(entry, cell, factor)
    return _mean(entry, cell, factor, is_weighted)


def _quantile(cell: Cell, factor: float, tenths: int) -> Estimate:
    ordered = sorted(cell.values)
    low, high = intervals.order_ranks(len(ordered), tenths / 10)
    limits = tuple(None if rank is None else factor * ordered[rank - 1] for rank in (low, high))
    return Estimate(
        factor * intervals.quantile(ordered, tenths), limits=(limits[0], limits[1]), base=cell.base
    )


def _rate(entry: Entry, cell: Cell, factor: float) -> Estimate:
    if not cell.denominator:
        return Estimate(None, base=cell.base)
    count, scale = int(cell.value_sum), factor / cell.denominator
    if entry.interval == "none":
        return Estimate(scale * count, base=cell.base)
    low, high = intervals.garwood(count)
    return Estimate(
        scale * count,
        scale * math.sqrt(count),
        (scale * low, scale * high),
        base=cell.base,
        count=count,
        denominator=cell.denominator,
    )


def _mean(entry: Entry, cell: Cell, factor: float, is_weighted: bool) -> Estimate:
    n = cell.base
    with localcontext() as context:
        context.prec = 80
        if is_weighted:
            total, total_squares, size = cell.weighted_sum, cell.weighted_squares, cell.weight_sum
        else:
            total, total_squares, size = cell.value_sum, cell.value_squares, Decimal(n)
        mean, mean_squares = float(total / size), float(total_squares / size)
        variance = _mean_variance(cell, is_weighted)
    value = factor * mean
    effective = float(n)
    if is_weighted:
        effective = intervals.kish(float(cell.weight_sum), float(cell.weight_squares))
    if entry.interval == "t":
        if variance is None:
            return Estimate(value, base=n)
        error = factor * math.sqrt(variance)
        return Estimate(value, error, intervals.mean_limits(value, error, n), base=n)
    if entry.interval == "wilson":
        error = 100 * math.sqrt(max(0.0, value / 100 * (1 - value / 100)) / effective)
        low, high = intervals.wilson(value / 100, effective)
        return Estimate(value, error, (100 * low, 100 * high), base=n, effective=effective)
    assert entry.interval == "adjusted_wald", entry.interval
    net, either = factor * mean / 100, factor * factor * mean_squares / 10_000
    p, d = (either + net) / 2, (either - net) / 2
    error = 100 * math.sqrt(max(0.0, intervals.wald_variance(p, d)) / effective)
    low, high = intervals.adjusted_wald(p, d, effective)
    adjusted = intervals.adjusted_net(p, d, effective)
    return Estimate(
        value, error, (100 * low, 100 * high), base=n, effective=effective, net=adjusted
    )


def _mean_variance(cell: Cell, is_weighted: bool) -> float | None:
    """Squared error of the mean, in the measure's unit; exactly 0 where all answers agree."""
    n = cell.base
    if n < 2:
        return None
    if not is_weighted:
        spread = n * cell.value_squares - cell.value_sum * cell.value_sum
        return float(spread / (Decimal(n) ** 2 * (n - 1)))
    w, m = cell.weight_sum, cell.weighted_sum
    spread = (
        cell.weight2_squares * w * w - 2 * m * w * cell.weight2_sum + m * m * cell.weight_squares
    )
    return float(Decimal(n) / (n - 1) * spread / w**4)


@dataclass(frozen=True)
class Difference:
    """A change with its limits and what may be said of it."""

    change: float | None = None
    low: float | None = None
    high: float | None = None
    state: str = "not_comparable"


def difference(entry: Entry, current: Estimate, before: Estimate) -> Difference:
    """Change between two comparable figures, tested as the metric's interval asks."""
    assert current.value is not None and before.value is not None
    change = current.value - before.value
    if entry.interval == "poisson":
        return _poisson(current, before, change)
    limits = _limits(entry, current, before)
    if limits is None:
        return Difference(change, state="not_tested")
    return Difference(change, *limits, _direction(*limits, 0.0))


def _limits(entry: Entry, current: Estimate, before: Estimate) -> Limits | None:
    assert current.value is not None and before.value is not None
    if entry.interval == "wilson":
        assert current.effective is not None and before.effective is not None
        p1, p2 = current.value / 100, before.value / 100
        low, high = intervals.newcombe(
            p1, intervals.wilson(p1, current.effective), p2, intervals.wilson(p2, before.effective)
        )
        return 100 * low, 100 * high
    if entry.interval == "adjusted_wald":
        assert current.net is not None and before.net is not None
        centre = current.net[0] - before.net[0]
        half = intervals.Z * math.hypot(current.net[1], before.net[1])
        return 100 * (centre - half), 100 * (centre + half)
    if entry.interval == "t" and current.std_error is not None and before.std_error is not None:
        return intervals.welch(
            current.value, current.std_error, current.base,
            before.value, before.std_error, before.base,
        )  # fmt: skip
    return None


def _poisson(current: Estimate, before: Estimate, change: float) -> Difference:
    assert current.count is not None and before.count is not None and before.value is not None
    assert current.denominator is not None and before.denominator is not None
    ratio = intervals.rate_ratio(
        current.count, current.denominator, before.count, before.denominator
    )
    if ratio is None:
        return Difference(change, state="no_clear_change")
    state = _direction(*ratio, 1.0)
    if before.count == 0:
        return Difference(change, state=state)
    low, high = (before.value * (limit - 1) for limit in ratio)
    return Difference(change, low, high, state)


def _direction(low: float, high: float, no_change: float) -> str:
    if low > no_change:
        return "up"
    return "down" if high < no_change else "no_clear_change"
