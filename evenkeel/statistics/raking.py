"""Raking: weights by which the margins of those who answered become those of the base they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

TOLERANCE = 1e-6
# Weights below and above these multiples of their mean are trimmed.
LIMITS = (0.3, 3.0)
MAX_CYCLES = 1000
TRIM_ROUNDS = 50
# A cycle that moves less of all responses is the last: margins contradict each other, or take longer than there is.
STALLED = 1e-10


@dataclass(frozen=True)
class Margin:
    """The category of each cell, and the share that each category has in the base."""

    codes: Codes
    targets: Floats

    def shares(self, mass: Floats) -> Floats:
        """Return the share of each category in the mass of the cells."""
        sums = np.bincount(self.codes, weights=mass, minlength=len(self.targets))
        shares: Floats = sums.astype(np.float64) / mass.sum()
        return shares


@dataclass(frozen=True)
class Raked:
    """Weights of cells, 1 in the mean of the responses, and how they came about.

    Attributes
    ----------
    weights
        One weight per cell.
    converged
        Every margin is met and no weight lies outside of its limits.
    cycles
        How often all margins were gone through.
    max_error
        Greatest difference between a share that the weights give and its target.
    """

    weights: Floats
    converged: bool
    cycles: int
    max_error: float


def rake(
    counts: Floats,
    margins: Sequence[Margin],
    *,
    limits: tuple[float, float] | None = LIMITS,
    max_cycles: int = MAX_CYCLES,
) -> Raked:
    """Rake cells to margins, trim weights that are extreme, and rake again until both hold.

    Where limits and margins cannot both hold, the limits do, and `max_error` says what is missing.

    Parameters
    ----------
    counts
        Responses of each cell, above 0.
    margins
        What the weighted responses shall look like; targets add up to 1.
    limits
        Multiples of the mean between which weights lie; None trims nothing.
    max_cycles
        Cycles after which margins that do not come true are given up, if they still move anything.

    Raises
    ------
    ValueError
        If a category without a response has a share of the base: collapse it with another first.
    """
    for margin in margins:
        responses = np.bincount(margin.codes, weights=counts, minlength=len(margin.targets))
        if np.any((responses == 0) & (margin.targets > 0)):
            raise ValueError("A category of the base has no response; collapse it with another.")
    weights, cycles = _cycle(counts, np.ones(len(counts)), margins, max_cycles)
    for trim_round in count(1):
        trimmed = weights if limits is None else _trim(counts, weights, limits)
        is_within = bool(np.allclose(trimmed, weights, rtol=0, atol=TOLERANCE))
        error = _error(counts * weights, margins)
        if is_within or trim_round > TRIM_ROUNDS:
            break
        weights, more = _cycle(counts, trimmed, margins, max_cycles)
        cycles += more
    if not is_within:
        weights, error = trimmed, _error(counts * trimmed, margins)
    return Raked(weights, is_within and error < TOLERANCE, cycles, error)


def design_effect(counts: Floats, weights: Floats) -> float:
    """Return Kish's design effect: by how much unequal weights widen the variance of a mean."""
    total = (counts * weights).sum()
    return float(counts.sum() * (counts * weights**2).sum() / total**2)


def _cycle(
    counts: Floats, weights: Floats, margins: Sequence[Margin], max_cycles: int
) -> tuple[Floats, int]:
    """Fit one margin after the other until all hold; return the weights and the cycles it took."""
    mass, cycles = counts * weights, 0
    while cycles < max_cycles and _error(mass, margins) >= TOLERANCE:
        cycles, before = cycles + 1, mass
        for margin in margins:
            shares = margin.shares(mass)
            factors = np.divide(margin.targets, shares, out=np.ones_like(shares), where=shares > 0)
            mass = mass * factors[margin.codes]
        if np.abs(mass - before).max() <= STALLED * mass.sum():
            break
    return mass / counts * (counts.sum() / mass.sum()), cycles


def _trim(counts: Floats, weights: Floats, limits: tuple[float, float]) -> Floats:
    """Cut weights at multiples of their mean, which moves as they are cut."""
    low, high = limits
    for _ in range(MAX_CYCLES):
        if weights.min() >= low - TOLERANCE and weights.max() <= high + TOLERANCE:
            break
        weights = np.clip(weights, low, high)
        weights = weights * counts.sum() / (counts * weights).sum()
    return weights


def _error(mass: Floats, margins: Sequence[Margin]) -> float:
    return max((float(np.abs(m.shares(mass) - m.targets).max()) for m in margins), default=0.0)
