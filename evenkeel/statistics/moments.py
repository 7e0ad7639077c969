"""Sums of products and what follows from them; any leading axes are replicates.

Variables 0 and 1 are the constant and the outcome, the others the drivers in the questionnaire's
order: entry (0, 0) is the number of respondents, (0, j) a sum, (j, k) a sum of products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Less variance than this share of the sum of squares is rounding: everybody answered alike.
CONSTANT = 1e-12
# Less than this share of a driver's variance left beside the others: it says nothing of its own.
COLLINEAR = 1e-10


@dataclass(frozen=True)
class Usable:
    """Which variables a regression can use; the others are refused by name."""

    drivers: list[int]
    constant: list[int]
    collinear: list[int]


def covariances(moments: Floats) -> Floats:
    """Return the sums of squared deviations and cross deviations of all but the constant."""
    n = moments[..., :1, :1]
    sums = moments[..., :1, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        deviations = moments[..., 1:, 1:] - np.swapaxes(sums, -1, -2) * sums / n
    squares = np.diagonal(moments[..., 1:, 1:], axis1=-2, axis2=-1)
    own = np.diagonal(deviations, axis1=-2, axis2=-1)
    alike = ~(own > CONSTANT * squares)
    return np.where(alike[..., :, None] | alike[..., None, :], 0.0, deviations)


def correlations(moments: Floats) -> Floats:
    """Return the correlations of all but the constant; 0 with what does not vary."""
    deviations = covariances(moments)
    spread = np.sqrt(np.diagonal(deviations, axis1=-2, axis2=-1))
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
    found = deviations * scale[..., :, None] * scale[..., None, :]
    place = np.arange(found.shape[-1])
    found[..., place, place] = 1.0
    return found


def usable(moments: Floats, drivers: Sequence[int]) -> Usable:
    """Tell which drivers vary and are no sum of those before them.

    Of collinear ones the first in the questionnaire stays: no figure could tell them apart.
    """
    deviations = covariances(moments)
    variances = np.diagonal(deviations)
    kept: list[int] = []
    constant: list[int] = []
    collinear: list[int] = []
    for driver in drivers:
        own = variances[driver - 1]
        if own <= 0:
            constant.append(driver)
            continue
        others = [k - 1 for k in kept]
        left = own
        if others:
            scale = np.sqrt(variances[others])
            among = deviations[np.ix_(others, others)] / np.outer(scale, scale)
            mine = deviations[others, driver - 1] / scale
            left = own - mine @ np.linalg.solve(among, mine)
        (kept if left > COLLINEAR * own else collinear).append(driver)
    return Usable(kept, constant, collinear)
