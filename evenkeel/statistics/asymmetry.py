"""Penalties and rewards: what low and what top answers to each driver do to the outcome (C4).

Variables 2j and 2j + 1 are 1 where driver j was answered low, or at the top, and 0 elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenkeel.statistics.cells import Cell, Row, Table, table
from evenkeel.statistics.driver_figures import FEWEST, FEWEST_PER_DRIVER, REPLICATES
from evenkeel.statistics.moments import COLLINEAR, Floats, covariances, usable
from evenkeel.statistics.resampling import limits, resampled

COLUMNS: dict[str, type] = {
    "cell_id": int,
    "driver": str,
    "state": str,
    **dict.fromkeys(
        (
            *("low_count", "top_count", "r_squared"),
            *("penalty", "penalty_low", "penalty_high", "reward", "reward_low", "reward_high"),
            *("asymmetry", "asymmetry_low", "asymmetry_high"),
        ),
        float,
    ),
}


def asymmetry_figures(questions: Table, sums: Table, fewest: int) -> dict[str, NDArray[Any]]:
    """Return a row per cell and driver.

    Parameters
    ----------
    questions, sums
        As `cells.cells` says; a driver's variable is that of its low answers.
    fewest
        Fewer answers in a box say more of those who gave them than of the box.
    """
    return table(COLUMNS, questions, sums, lambda cell: analyse(cell, fewest))


def analyse(cell: Cell, fewest: int) -> list[Row]:
    """Return a row per driver: figures, or the state that says why there are none."""
    n = cell.total[0, 0]
    rows: list[Row] = [{"driver": code} for code, _ in cell.drivers]
    enough: dict[int, bool] = {}
    for row, (_, low) in zip(rows, cell.drivers, strict=True):
        counts = {low: cell.total[0, low], low + 1: cell.total[0, low + 1]}
        row["state"] = "ok"
        if n - sum(counts.values()) < fewest:
            row["state"] = "no_middle"
        elif max(counts.values()) < fewest:
            row["state"] = "constant"
        else:
            enough |= {dummy: count >= fewest for dummy, count in counts.items()}
    found = usable(cell.total, [dummy for dummy, is_enough in enough.items() if is_enough])
    state = None
    if n < FEWEST or n < FEWEST_PER_DRIVER * len(found.drivers):
        state = "too_few"
    elif covariances(cell.total)[0, 0] <= 0:
        state = "constant_outcome"
    for row, (_, low) in zip(rows, cell.drivers, strict=True):
        if row["state"] == "ok" and {low, low + 1} & set(found.collinear):
            row["state"] = "collinear"
        if state and row["state"] == "ok":
            row["state"] = state
    judged = [
        (row, low) for row, (_, low) in zip(rows, cell.drivers, strict=True) if row["state"] == "ok"
    ]
    if judged:
        _add_figures(cell, found.drivers, judged)
    return rows


def _add_figures(cell: Cell, dummies: list[int], judged: list[tuple[Row, int]]) -> None:
    chosen = [0, 1, *dummies]
    total = cell.total[np.ix_(chosen, chosen)]
    replicates = resampled(cell.blocks[:, chosen][:, :, chosen], cell.key, REPLICATES)
    whole, r_squared = _slopes(total[None])
    drawn, _ = _slopes(replicates)
    place = {dummy: k for k, dummy in enumerate(dummies)}
    for row, low in judged:
        row["r_squared"] = r_squared[0]
        parts: list[tuple[str, Floats, Floats]] = []
        for name, box, dummy in (("penalty", "low_count", low), ("reward", "top_count", low + 1)):
            if dummy in place:
                row[box] = cell.total[0, dummy]
                parts.append((name, whole[0, place[dummy]], drawn[:, place[dummy]]))
        if len(parts) == 2:
            parts.append(("asymmetry", parts[0][1] + parts[1][1], parts[0][2] + parts[1][2]))
        for name, value, values in parts:
            below, above = limits(values)
            row |= {name: value, f"{name}_low": below, f"{name}_high": above}


def _slopes(moments: Floats) -> tuple[Floats, Floats]:
    """Return the coefficients of a regression of the outcome on all others, and its R2."""
    deviations = covariances(moments)
    own = deviations[..., 1:, 0]
    spread = np.sqrt(np.diagonal(deviations, axis1=-2, axis2=-1)[..., 1:])
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
    among = deviations[..., 1:, 1:] * scale[..., :, None] * scale[..., None, :]
    inverse = np.linalg.pinv(among, rcond=COLLINEAR, hermitian=True)
    slopes = (inverse @ (own * scale)[..., None])[..., 0] * scale
    outcome = deviations[..., 0, 0]
    explained = (slopes * own).sum(axis=-1)
    r_squared = np.divide(explained, outcome, out=np.zeros_like(outcome), where=outcome > 0)
    return slopes, r_squared
