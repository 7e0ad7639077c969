"""What drives an outcome in a cell: weights with intervals, refusals by name, and the table of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenkeel.statistics.cells import Cell, Row, Table, table
from evenkeel.statistics.drivers import MOST_DRIVERS, Weights, weights
from evenkeel.statistics.moments import Floats, correlations, covariances, usable
from evenkeel.statistics.resampling import limits, resampled

# Fewer respondents, or fewer per driver, give weights that the next sample would turn over (C1-C3).
FEWEST = 51
FEWEST_PER_DRIVER = 10
REPLICATES = 500
# From here on each replicate costs so much that fewer have to do.
COSTLY_DRIVERS = 13
COSTLY_REPLICATES = 200

COLUMNS: dict[str, type] = {
    "cell_id": int,
    "driver": str,
    "state": str,
    "driver_count": int,
    **dict.fromkeys(
        (
            *("performance", "performance_error", "correlation", "r_squared"),
            *("beta", "beta_low", "beta_high", "vif", "lmg", "lmg_share", "lmg_low", "lmg_high"),
            *("johnson", "johnson_share", "johnson_low", "johnson_high"),
        ),
        float,
    ),
}


def driver_figures(questions: Table, sums: Table) -> dict[str, NDArray[Any]]:
    """Return a row per cell and driver; `cells.cells` says what the tables hold."""
    return table(COLUMNS, questions, sums, analyse)


def analyse(cell: Cell) -> list[Row]:
    """Return a row per driver: figures, or the state that says why there are none."""
    n = cell.total[0, 0]
    found = usable(cell.total, [variable for _, variable in cell.drivers])
    count = len(found.drivers)
    refused = dict.fromkeys(found.constant, "constant") | dict.fromkeys(
        found.collinear, "collinear"
    )
    state = "too_many_drivers" if count > MOST_DRIVERS else "ok"
    if n < FEWEST:
        refused, state = {}, "too_few"
    elif n < FEWEST_PER_DRIVER * count:
        state = "too_few"
    elif covariances(cell.total)[0, 0] <= 0:
        state = "constant_outcome"
    rows = [
        {"driver": code, "driver_count": count, "state": refused.get(variable, state)}
        for code, variable in cell.drivers
    ]
    if count == 0 or state not in {"ok", "too_many_drivers"}:
        return rows
    figures = _figures(cell, found.drivers)
    for row, (_, variable) in zip(rows, cell.drivers, strict=True):
        if variable not in refused:
            place = found.drivers.index(variable)
            row |= {name: values[place] for name, values in figures.items()}
    return rows


def _figures(cell: Cell, drivers: list[int]) -> dict[str, Floats]:
    n = cell.total[0, 0]
    chosen = [0, 1, *drivers]
    total = cell.total[np.ix_(chosen, chosen)]
    times = COSTLY_REPLICATES if len(drivers) >= COSTLY_DRIVERS else REPLICATES
    replicates = resampled(cell.blocks[:, chosen][:, :, chosen], cell.key, times)
    whole = weights(correlations(total))
    drawn = weights(correlations(replicates))
    deviations = np.diagonal(covariances(total))[1:]
    beta_low, beta_high = limits(drawn.beta)
    figures = {
        "performance": total[0, 2:] / n,
        "performance_error": np.sqrt(deviations / (n - 1) / n),
        "correlation": whole.correlation,
        "r_squared": np.full(len(drivers), whole.r_squared),
        "beta": whole.beta,
        "beta_low": beta_low,
        "beta_high": beta_high,
        "vif": whole.vif,
    }
    for name in ("lmg", "johnson"):
        figures |= _importance(name, whole, drawn)
    return figures


def _importance(name: str, whole: Weights, drawn: Weights) -> dict[str, Floats]:
    """Return a kind of weight, its share of R2, and the limits of the share."""
    own, replicates = getattr(whole, name), getattr(drawn, name)
    if own is None:
        return {}
    low, high = limits(_shares(replicates, drawn.r_squared))
    share = _shares(own, whole.r_squared)
    return {name: own, f"{name}_share": share, f"{name}_low": low, f"{name}_high": high}


def _shares(parts: Floats, r_squared: Floats) -> Floats:
    """Return the parts of R2 over it; of nothing explained all have an equal share."""
    whole = np.asarray(r_squared)[..., None]
    equal = np.full_like(parts, 1 / parts.shape[-1])
    return np.divide(parts, whole, out=equal, where=whole > 0)
