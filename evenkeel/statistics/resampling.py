"""Resampling of blocks of respondents, by chance that only the data decides."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from evenkeel.statistics.moments import Floats

LEVEL = (2.5, 97.5)


def resampled(blocks: Floats, key: str, replicates: int) -> Floats:
    """Return the sums of as many blocks as there are, drawn with replacement, (replicates, k, k).

    Parameters
    ----------
    blocks
        Moments of each block, (blocks, k, k).
    key
        Names what is resampled; the same key draws the same blocks on every run.
    """
    count = len(blocks)
    sums = _times_drawn(key, count, replicates) @ blocks.reshape(count, -1)
    return sums.reshape(replicates, *blocks.shape[1:])


@lru_cache(maxsize=4)
def _times_drawn(key: str, count: int, replicates: int) -> Floats:
    """Return how often each block is drawn, (replicates, count); units of a survey share it."""
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "big")
    rng = np.random.Generator(np.random.PCG64(seed))
    times = rng.multinomial(count, np.full(count, 1 / count), size=replicates)
    return times.astype(np.float64)


def limits(replicates: Floats) -> tuple[Floats, Floats]:
    """Return the 95% percentile limits over the first axis; without replicates, no limits."""
    if not len(replicates):
        nothing = np.full(replicates.shape[1:], np.nan)
        return nothing, nothing
    low, high = np.percentile(replicates, LEVEL, axis=0)
    return low, high
