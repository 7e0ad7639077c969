"""Weights of drivers: LMG (Shapley), Johnson's relative weights, standardised betas, VIF.

Correlations are (..., p + 1, p + 1) with the outcome first; what is returned is (..., p).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np

from evenkeel.statistics.moments import COLLINEAR, Floats

# LMG asks for every subset of the drivers.
MOST_DRIVERS = 15
# Residuals held at a time.
CHUNK = 2**19


@dataclass(frozen=True)
class Weights:
    """How each driver goes with the outcome, on its own and beside the others."""

    correlation: Floats
    beta: Floats
    vif: Floats
    r_squared: Floats
    lmg: Floats | None
    johnson: Floats


def weights(correlation: Floats) -> Weights:
    """Return all weights of all replicates; LMG only of as many drivers as it can take."""
    drivers = correlation.shape[-1] - 1
    own = correlation[..., 1:, 0]
    values, vectors = np.linalg.eigh(correlation[..., 1:, 1:])
    # In a replicate two drivers may coincide: what both say is then shared among them.
    safe = values > COLLINEAR
    inverse = np.divide(1.0, values, out=np.zeros_like(values), where=safe)
    across = np.swapaxes(vectors, -1, -2)
    along = (across @ own[..., None])[..., 0]
    beta = (vectors @ (inverse * along)[..., None])[..., 0]
    r_squared = (inverse * along * along).sum(axis=-1)
    root = np.sqrt(np.maximum(values, 0.0))
    orthogonal = vectors @ (np.sqrt(inverse) * along)[..., None]
    loadings = (vectors * root[..., None, :]) @ across
    return Weights(
        correlation=own,
        beta=beta,
        vif=(vectors**2 @ inverse[..., None])[..., 0],
        r_squared=r_squared,
        lmg=lmg(correlation) if drivers <= MOST_DRIVERS else None,
        johnson=(loadings**2 @ orthogonal**2)[..., 0],
    )


def lmg(correlation: Floats) -> Floats:
    """Return the mean gain in R2 of each driver over all orders of entering it."""
    size = correlation.shape[-1]
    flat = correlation.reshape(-1, size, size)
    step = max(1, CHUNK >> (size - 1))
    parts = [
        _gains(size - 1) @ -_residuals(flat[start : start + step])
        for start in range(0, len(flat), step)
    ]
    found: Floats = np.concatenate(parts, axis=1).T
    return found.reshape(*correlation.shape[:-2], size - 1)


def _residuals(correlation: Floats) -> Floats:
    """Return the share of the outcome's variance that each subset leaves, (2**p, replicates).

    Bit j of a subset's number says whether driver j is in it. Taking in one driver after the other
    doubles the subsets; each keeps the covariances of what is still to come, given what is in it.
    """
    drivers = correlation.shape[-1] - 1
    # The outcome goes last: it is what remains in the end.
    order = [*range(1, drivers + 1), 0]
    left = {
        (i, j): correlation[:, order[i], order[j]][None, :].copy()
        for i in range(drivers + 1)
        for j in range(i, drivers + 1)
    }
    for driver in range(drivers):
        pivot = left[driver, driver]
        inverse = np.divide(1.0, pivot, out=np.zeros_like(pivot), where=pivot > COLLINEAR)
        following = range(driver + 1, drivers + 1)
        given: dict[tuple[int, int], Floats] = {}
        for i in following:
            slope = left[driver, i] * inverse
            for j in range(i, drivers + 1):
                without = left[i, j]
                both = np.empty((2 * len(without), without.shape[1]))
                both[: len(without)] = without
                np.subtract(without, slope * left[driver, j], out=both[len(without) :])
                given[i, j] = both
        left = given
    return left[drivers, drivers]


@lru_cache(maxsize=MOST_DRIVERS)
def _gains(drivers: int) -> Floats:
    """Return what each subset's R2 counts for in each driver's mean gain, (p, 2**p)."""
    subsets = np.arange(2**drivers)
    members = (subsets[None, :] >> np.arange(drivers)[:, None]) & 1
    sizes = members.sum(axis=0)
    # Of all orders, the share in which just these others have come before.
    before = np.array([1 / (drivers * comb(drivers - 1, k)) for k in range(drivers)])
    entering = before[np.maximum(sizes - 1, 0)]
    staying = -before[np.minimum(sizes, drivers - 1)]
    counts: Floats = np.where(members == 1, entering, staying)
    return counts
