"""Intervals and tests of differences, one small function each, straight from the definitions.

Shares are 0-1 and means are on the scale of the measure; the caller multiplies by the factor.
A pair of limits is always (low, high).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from scipy import special, stats

Z = float(stats.norm.ppf(0.975))
TAIL = 0.025

Limits = tuple[float, float]


@cache
def t_quantile(df: float) -> float:
    return float(special.stdtrit(df, 0.975))


def wilson(p: float, n: float) -> Limits:
    """Score interval of a share; `n` is the base or, weighted, the Kish effective size."""
    z2 = Z * Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low = 0.0 if p <= 0 else max(0.0, centre - half)
    high = 1.0 if p >= 1 else min(1.0, centre + half)
    return low, high


def newcombe(p1: float, limits1: Limits, p2: float, limits2: Limits) -> Limits:
    """Hybrid score interval of p1 - p2 from the two score intervals (method 10)."""
    below = math.hypot(p1 - limits1[0], limits2[1] - p2)
    above = math.hypot(limits1[1] - p1, p2 - limits2[0])
    return p1 - p2 - below, p1 - p2 + above


def kish(weight_sum: float, weight_sum_squares: float) -> float:
    """Effective size of a weighted base."""
    return weight_sum * weight_sum / weight_sum_squares


def wald_variance(p: float, d: float) -> float:
    """Variance of one answer scored +1 with share `p`, -1 with share `d`, else 0."""
    return p + d - (p - d) ** 2


def adjusted_net(p: float, d: float, n: float) -> tuple[float, float]:
    """Adjusted estimate of p - d and its error: three more answers, 3/4 of them at either end."""
    pa, da = (p * n + 0.75) / (n + 3), (d * n + 0.75) / (n + 3)
    return pa - da, math.sqrt(wald_variance(pa, da) / (n + 3))


def adjusted_wald(p: float, d: float, n: float) -> Limits:
    centre, error = adjusted_net(p, d, n)
    return centre - Z * error, centre + Z * error


def mean_limits(mean: float, error: float, n: int) -> Limits:
    half = t_quantile(n - 1) * error
    return mean - half, mean + half


def welch(m1: float, error1: float, n1: int, m2: float, error2: float, n2: int) -> Limits:
    """Interval of m1 - m2 with Welch-Satterthwaite degrees of freedom."""
    v1, v2 = error1 * error1, error2 * error2
    difference = m1 - m2
    if v1 + v2 == 0:
        return difference, difference
    df = (v1 + v2) ** 2 / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1))
    half = t_quantile(df) * math.sqrt(v1 + v2)
    return difference - half, difference + half


@cache
def garwood(k: int) -> Limits:
    """Exact limits of a Poisson count."""
    low = 0.0 if k == 0 else float(stats.chi2.ppf(TAIL, 2 * k)) / 2
    return low, float(stats.chi2.ppf(1 - TAIL, 2 * k + 2)) / 2


@cache
def clopper_pearson(k: int, n: int) -> Limits:
    low = 0.0 if k == 0 else float(stats.beta.ppf(TAIL, k, n - k + 1))
    high = 1.0 if k == n else float(stats.beta.ppf(1 - TAIL, k + 1, n - k))
    return low, high


def rate_ratio(k1: int, d1: float, k0: int, d0: float) -> Limits | None:
    """Limits of (k1/d1) / (k0/d0): log-normal, or exact conditional when a count is under 10.

    Infinity where nothing bounds the ratio above; None where both counts are 0.
    """
    if k1 == 0 and k0 == 0:
        return None
    if k1 >= 10 and k0 >= 10:
        centre = math.log(k1 / d1) - math.log(k0 / d0)
        half = Z * math.sqrt(1 / k1 + 1 / k0)
        return math.exp(centre - half), math.exp(centre + half)
    low, high = clopper_pearson(k1, k1 + k0)
    return low / (1 - low) * d0 / d1, math.inf if high == 1 else high / (1 - high) * d0 / d1


@cache
def order_ranks(n: int, q: float) -> tuple[int | None, int | None]:
    """Ranks of the two order statistics that bound quantile `q`; None where there is none."""
    below = [float(stats.binom.cdf(r - 1, n, q)) for r in range(1, n + 1)]
    low = [r for r in range(1, n + 1) if below[r - 1] <= TAIL]
    high = [r for r in range(1, n + 1) if below[r - 1] >= 1 - TAIL]
    return (max(low) if low else None), (min(high) if high else None)


def quantile(ordered: Sequence[int], tenths: int) -> int:
    """Smallest value whose cumulative count is at least tenths/10 of all; `ordered` ascends."""
    rank = -(-tenths * len(ordered) // 10)
    return ordered[max(rank, 1) - 1]
