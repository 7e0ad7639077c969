"""From the tables of sums that SQL made to tables of figures: one cell after the other.

A table is a mapping of columns, all of one length; missing numbers are NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenkeel.statistics.moments import Floats

# Variables of a respondent lie in strips of this many columns.
STRIP = 8
# The totals of a cell stand where its blocks have their number.
WHOLE = -1
# More digits than the sums behind them have would be noise of the last addition.
DIGITS = 12

Table = Mapping[str, NDArray[Any]]
Row = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """One outcome in one unit or slice.

    Attributes
    ----------
    key
        Survey and outcome, which seed the draws of its resampling: two units with the same
        respondents have the same limits.
    drivers
        Code and number of each driver that can be judged, in the questionnaire's order.
    total
        Sums of products over all its respondents, (k, k).
    blocks
        The same for each block of respondents, (blocks, k, k).
    """

    number: int
    key: str
    drivers: list[tuple[str, int]]
    total: Floats
    blocks: Floats


def cells(questions: Table, sums: Table) -> Iterator[Cell]:
    """Yield the cells of which there are sums.

    Parameters
    ----------
    questions
        cell_id, survey_id, outcome, driver, variable: a row per driver that can be judged.
    sums
        cell_id, block, strip_a, strip_b and p_i_j, the sum of products of variable i of strip a
        and variable j of strip b; the block `WHOLE` has the totals.
    """
    order = np.lexsort((questions["variable"], questions["cell_id"]))
    numbers = questions["cell_id"][order]
    place = np.lexsort((sums["strip_b"], sums["strip_a"], sums["block"], sums["cell_id"]))
    sorted_cells = sums["cell_id"][place]
    products = np.stack(
        [
            # Variables that nobody in a cell has a value of are missing there.
            np.ma.filled(sums[f"p_{i}_{j}"], 0)[place].astype(np.float64)
            for i in range(STRIP)
            for j in range(STRIP)
        ],
        axis=1,
    ).reshape(-1, STRIP, STRIP)
    strips = [sums[name][place].astype(np.int64) for name in ("block", "strip_a", "strip_b")]
    for number in np.unique(sorted_cells):
        first, last = np.searchsorted(sorted_cells, [number, number + 1])
        mine = order[slice(*np.searchsorted(numbers, [number, number + 1]))]
        if not len(mine):
            continue
        block, strip_a, strip_b = (part[first:last] for part in strips)
        matrices = _assembled(block, strip_a, strip_b, products[first:last])
        yield Cell(
            number=int(number),
            key=f"{questions['survey_id'][mine[0]]}|{questions['outcome'][mine[0]]}",
            drivers=[(str(questions["driver"][i]), int(questions["variable"][i])) for i in mine],
            total=matrices[0],
            blocks=matrices[1:],
        )


def _assembled(
    block: NDArray[np.int64],
    strip_a: NDArray[np.int64],
    strip_b: NDArray[np.int64],
    products: Floats,
) -> Floats:
    """Put the pairs of strips together to one matrix per block, the totals first."""
    blocks, place = np.unique(block, return_inverse=True)
    if blocks[0] != WHOLE:
        raise ValueError("A cell has sums of blocks, and no totals.")
    count = int(strip_b.max()) + 1
    found = np.zeros((len(blocks), count, STRIP, count, STRIP))
    found[place, strip_a, :, strip_b, :] = products
    found[place, strip_b, :, strip_a, :] = np.swapaxes(products, -1, -2)
    return found.reshape(len(blocks), count * STRIP, count * STRIP)


def table(
    columns: Mapping[str, type],
    questions: Table,
    sums: Table,
    analyse: Callable[[Cell], Sequence[Row]],
) -> dict[str, NDArray[Any]]:
    """Return what `analyse` says of every cell, rounded; numbers that it leaves out are NaN."""
    rows = [
        {"cell_id": cell.number, **row} for cell in cells(questions, sums) for row in analyse(cell)
    ]
    found: dict[str, NDArray[Any]] = {}
    for name, kind in columns.items():
        if kind is float:
            numbers = np.array([row.get(name, np.nan) for row in rows], dtype=np.float64)
            found[name] = np.round(numbers, DIGITS)
        else:
            found[name] = np.array(
                [row[name] for row in rows], dtype=object if kind is str else np.int64
            )
    return found
