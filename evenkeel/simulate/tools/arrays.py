"""Sets of rows as dictionaries of equally long numpy arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = dict[str, NDArray[Any]]

NONE = -1
"""A missing whole number, code, day or moment; nothing simulated lies before 1970."""


def pick(rows: Rows, index: NDArray[Any]) -> Rows:
    """Return the rows at an index or under a mask."""
    return {name: values[index] for name, values in rows.items()}


def join(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts, which have the same columns, one below the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def size(rows: Rows) -> int:
    """Return the number of rows."""
    return len(next(iter(rows.values()))) if rows else 0


def known(moments: Ints, horizon: int) -> Ints:
    """Return the moments before the horizon; a later one has not happened yet."""
    return np.where(moments < horizon, moments, NONE)


def logistic(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x))."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def rank_within(groups: NDArray[Any]) -> Ints:
    """Return the position of each row within its group; equal groups must be adjacent."""
    n = len(groups)
    if n == 0:
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    return np.arange(n) - np.repeat(starts, np.diff(np.r_[starts, n]))


class Pending:
    """Rows that happen later than the month that causes them.

    Parameters
    ----------
    moment
        The column that says when a row happens, in seconds.
    """

    def __init__(self, moment: str) -> None:
        self._moment = moment
        self._parts: list[Rows] = []

    def add(self, rows: Rows) -> None:
        """Keep rows until their time comes."""
        self._parts.append(rows)

    def take(self, before: int) -> Rows:
        """Hand out the rows that happen before a moment, in the order of their happening."""
        if not self._parts:
            return {}
        rows = join(self._parts)
        rows = pick(rows, np.argsort(rows[self._moment], kind="stable"))
        due = rows[self._moment] < before
        self._parts = [pick(rows, ~due)]
        return pick(rows, due)
