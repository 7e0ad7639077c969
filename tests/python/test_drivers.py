"""Weights of drivers held against published figures, and against other ways to compute them."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import linalg
from swiss import SWISS

from evenkeel.statistics import asymmetry, driver_figures
from evenkeel.statistics.cells import Cell, cells
from evenkeel.statistics.drivers import lmg, weights
from evenkeel.statistics.moments import correlations, usable
from evenkeel.statistics.resampling import limits, resampled

Floats = NDArray[np.float64]

# Of the R packages relaimpo 2.2-7 and relativeImp 0.0.2.
LMG = (0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265)
JOHNSON = (0.048416895812, 0.154708249806, 0.271964104646, 0.114680029948, 0.116965721381)
CODES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
BETAS = (-0.3129212825, -0.164778222539, -0.670400780106, 0.347600028144, 0.251135976299)


def moments_of(data: Floats) -> Floats:
    """Sums of products of the constant, the outcome and the drivers."""
    z = np.column_stack([np.ones(len(data)), data])
    return z.T @ z


def cell_of(data: Floats, names: str = "abcdefghijklmnopqrstuvwxyz", blocks: int = 200) -> Cell:
    """Make a cell of rows of outcome and drivers."""
    parts = [data[i::blocks] for i in range(min(blocks, len(data)))]
    drivers = [(names[j - 1], j + 1) for j in range(1, data.shape[1])]
    block_moments = np.array([moments_of(part) for part in parts])
    return Cell(1, "survey|overall", drivers, moments_of(data), block_moments)


def likert(rng: Generator, n: int, drivers: int, effects: list[float] | None = None) -> Floats:
    """Draw an outcome and drivers on five codes, as scores, that share a common feeling."""
    feeling = rng.normal(size=(n, 1))
    x = 0.7 * feeling + rng.normal(size=(n, drivers))
    y = x @ np.array(effects or [1.0] * drivers) + rng.normal(size=n)
    codes = np.digitize(np.column_stack([y / y.std() + 0.5, x + 0.5]), (-1.2, -0.3, 0.5, 1.4))
    scores: Floats = np.multiply(25.0, codes)
    return scores


def r_squared(data: Floats, chosen: list[int]) -> float:
    """R2 by least squares on the rows themselves."""
    x = np.column_stack([np.ones(len(data)), data[:, chosen]])
    left = data[:, 0] - x @ np.linalg.lstsq(x, data[:, 0], rcond=None)[0]
    return float(1 - left.var() / data[:, 0].var())


def test_weights_of_the_swiss_data_are_those_of_other_programs() -> None:
    found = weights(correlations(moments_of(SWISS)))
    assert found.r_squared == pytest.approx(0.706735001593, abs=1e-11)
    assert found.lmg == pytest.approx(LMG, abs=1e-11)
    assert found.johnson == pytest.approx(JOHNSON, abs=1e-11)
    assert found.beta == pytest.approx(BETAS, abs=1e-10)


def test_of_two_drivers_the_weights_are_those_by_hand() -> None:
    found = weights(np.array([[1, 0.6, 0.4], [0.6, 1, 0.5], [0.4, 0.5, 1]]))
    by_hand = (0.2866666666666667, 0.08666666666666667)
    assert found.lmg == pytest.approx(by_hand, abs=1e-12)
    assert found.johnson == pytest.approx(by_hand, abs=1e-12)
    assert found.r_squared == pytest.approx(0.37333333333333335, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_lmg_is_the_mean_gain_over_all_orders(seed: int) -> None:
    data = likert(np.random.default_rng(seed), 300, 5)
    orders = list(permutations(range(1, 6)))
    gains = np.zeros(5)
    for order in orders:
        for place, driver in enumerate(order):
            before = sorted(order[:place])
            with_it = sorted([*before, driver])
            gains[driver - 1] += r_squared(data, with_it) - r_squared(data, before)
    assert lmg(correlations(moments_of(data))) == pytest.approx(gains / len(orders), abs=1e-12)


@pytest.mark.parametrize("drivers", [1, 2, 7, 15])
def test_parts_add_up_to_what_is_explained(drivers: int) -> None:
    data = likert(np.random.default_rng(drivers), 900, drivers)
    found = weights(correlations(moments_of(data)))
    whole = r_squared(data, list(range(1, drivers + 1)))
    assert found.lmg is not None
    assert found.r_squared == pytest.approx(whole, abs=1e-12)
    assert found.lmg.sum() == pytest.approx(whole, abs=1e-12)
    assert found.johnson.sum() == pytest.approx(whole, abs=1e-12)


def test_johnsons_weights_by_the_nearest_orthogonal_variables() -> None:
    data = likert(np.random.default_rng(5), 400, 6)
    z = (data - data.mean(axis=0)) / data.std(axis=0) / np.sqrt(len(data))
    # The polar decomposition gives the orthonormal columns that are nearest to the drivers.
    orthogonal, loadings = linalg.polar(z[:, 1:])
    expected = loadings**2 @ (orthogonal.T @ z[:, 0]) ** 2
    assert weights(correlations(moments_of(data))).johnson == pytest.approx(expected, abs=1e-12)


def test_betas_and_inflation_by_regressions() -> None:
    data = likert(np.random.default_rng(6), 400, 31)
    z = (data - data.mean(axis=0)) / data.std(axis=0)
    found = weights(correlations(moments_of(data)))
    betas = np.linalg.lstsq(z[:, 1:], z[:, 0], rcond=None)[0]
    assert found.beta == pytest.approx(betas, abs=1e-12)
    for driver in range(31):
        others = [k for k in range(1, 32) if k != driver + 1]
        turned = np.column_stack([data[:, driver + 1], data[:, others]])
        inflation = 1 / (1 - r_squared(turned, list(range(1, 31))))
        assert found.vif[driver] == pytest.approx(inflation, rel=1e-10)
    assert found.lmg is None


def test_constant_and_collinear_drivers_are_named_and_the_others_go_on() -> None:
    data = likert(np.random.default_rng(7), 300, 6)
    data[:, 3] = 75.0
    data[:, 5] = data[:, 1]
    data[:, 6] = (data[:, 1] + data[:, 2] + data[:, 4]) / 3
    assert usable(moments_of(data), list(range(2, 8))).drivers == [2, 3, 5]
    rows = {row["driver"]: row for row in driver_figures.analyse(cell_of(data))}
    states = {name: row["state"] for name, row in rows.items()}
    assert states == {
        "a": "ok",
        "b": "ok",
        "c": "constant",
        "d": "ok",
        "e": "collinear",
        "f": "collinear",
    }
    assert "beta" not in rows["e"]
    alone = driver_figures.analyse(cell_of(data[:, [0, 1, 2, 4]]))
    for row, expected in zip((rows[name] for name in "abd"), alone, strict=True):
        assert row["lmg_share"] == pytest.approx(expected["lmg_share"], abs=1e-12)
        assert row["driver_count"] == 3


@pytest.mark.parametrize(
    ("n", "drivers", "state"),
    [
        (50, 1, "too_few"),
        (51, 5, "ok"),
        (69, 7, "too_few"),
        (70, 7, "ok"),
        (159, 16, "too_few"),
        (160, 16, "too_many_drivers"),
    ],
)
def test_too_few_respondents_and_too_many_drivers_are_refused(
    n: int, drivers: int, state: str
) -> None:
    rows = driver_figures.analyse(cell_of(likert(np.random.default_rng(8), n, drivers)))
    assert {row["state"] for row in rows} == {state}
    assert all(("beta" in row) == (state != "too_few") for row in rows)
    assert all(("lmg" in row) == (state == "ok") for row in rows)
    assert all(("johnson_share" in row) == (state != "too_few") for row in rows)


def test_an_outcome_without_spread_has_no_drivers() -> None:
    data = likert(np.random.default_rng(9), 100, 3)
    data[:, 0] = 100
    assert {row["state"] for row in driver_figures.analyse(cell_of(data))} == {"constant_outcome"}


def test_the_performance_is_the_mean_with_its_error() -> None:
    data = likert(np.random.default_rng(10), 100, 2)
    row = driver_figures.analyse(cell_of(data))[0]
    assert row["performance"] == pytest.approx(data[:, 1].mean())
    assert row["performance_error"] == pytest.approx(data[:, 1].std(ddof=1) / 10)


def test_the_planted_order_of_drivers_is_found() -> None:
    effects = [0.2, 1.6, 0.0, 0.8]
    data = likert(np.random.default_rng(11), 4000, 4, effects)
    rows = driver_figures.analyse(cell_of(data))
    shares = [row["lmg_share"] for row in rows]
    assert np.argsort(shares).tolist() == np.argsort(effects).tolist()
    assert sum(shares) == pytest.approx(1)
    strongest = rows[1]
    assert strongest["lmg_low"] > max(row["lmg_high"] for row in rows if row is not strongest)


def test_the_same_cell_has_the_same_limits_on_every_run() -> None:
    cell = cell_of(likert(np.random.default_rng(12), 300, 4))
    first, second = driver_figures.analyse(cell), driver_figures.analyse(cell)
    assert first == second
    assert resampled(cell.blocks, "a", 2).tolist() != resampled(cell.blocks, "b", 2).tolist()


def shares_of(moments: Floats) -> Floats:
    found = weights(correlations(moments))
    assert found.lmg is not None
    shares: Floats = found.lmg / np.asarray(found.r_squared)[..., None]
    return shares


@pytest.mark.parametrize("n", [150, 900])
def test_limits_of_shares_hold_the_truth_nineteen_times_of_twenty(n: int) -> None:
    """Of 200 samples, each respondent a block, or several; within 3.3 standard errors of 0.95."""
    effects = [0.5, 1.0, 0.75]
    truth = np.array([0.2107, 0.4652, 0.3241])  # of two million such people
    held = []
    for seed in range(200):
        sample = cell_of(likert(np.random.default_rng(5000 + seed), n, 3, effects))
        low, high = limits(shares_of(resampled(sample.blocks, str(seed), 400)))
        held.append((low <= truth) & (truth <= high))
    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=0.05)


def as_table(rows: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def test_strips_are_put_together_to_the_matrix_they_are_of() -> None:
    data = likert(np.random.default_rng(13), 60, 9)
    z = np.column_stack([np.ones(60), data, np.zeros((60, 5))])
    rows = []
    for block, part in [(-1, z), *((k, z[k::7]) for k in range(7))]:
        for a, b in ((0, 0), (0, 1), (1, 1)):
            products = part[:, 8 * a : 8 * a + 8].T @ part[:, 8 * b : 8 * b + 8]
            row = {"cell_id": 4, "block": block, "strip_a": a, "strip_b": b}
            rows.append(row | {f"p_{i}_{j}": products[i, j] for i in range(8) for j in range(8)})
    # The order of rows must not matter.
    shuffled = [rows[i] for i in np.random.default_rng(1).permutation(len(rows))]
    questions = as_table(
        [
            {"cell_id": 4, "survey_id": "s", "outcome": "o", "driver": name, "variable": 2 + k}
            for k, name in reversed(list(enumerate("abcdefghi")))
        ]
    )
    (cell,) = cells(questions, as_table(shuffled))
    assert (cell.key, [name for name, _ in cell.drivers]) == ("s|o", list("abcdefghi"))
    assert cell.total == pytest.approx(z.T @ z)
    assert cell.blocks[3] == pytest.approx(z[3::7].T @ z[3::7])


def boxes(scores: Floats) -> Floats:
    """Low and top answers of each driver side by side."""
    sides = [((s <= 25) * 1.0, (s >= 75) * 1.0) for s in scores.T]
    return np.column_stack([column for pair in sides for column in pair])


def box_cell(outcome: Floats, scores: Floats) -> Cell:
    cell = cell_of(np.column_stack([outcome, boxes(scores)]))
    drivers = [("abcdef"[j], 2 + 2 * j) for j in range(scores.shape[1])]
    return Cell(cell.number, cell.key, drivers, cell.total, cell.blocks)


def test_penalties_and_rewards_are_the_coefficients_of_a_regression() -> None:
    data = likert(np.random.default_rng(14), 500, 3)
    rows = asymmetry.analyse(box_cell(data[:, 0], data[:, 1:]), 5)
    x = np.column_stack([np.ones(500), boxes(data[:, 1:])])
    expected = np.linalg.lstsq(x, data[:, 0], rcond=None)[0][1:]
    found = [row[name] for row in rows for name in ("penalty", "reward")]
    assert found == pytest.approx(expected, abs=1e-9)
    assert [row["low_count"] for row in rows] == (data[:, 1:] <= 25).sum(axis=0).tolist()
    assert rows[0]["asymmetry"] == pytest.approx(expected[0] + expected[1], abs=1e-9)


def test_the_planted_asymmetry_is_found() -> None:
    rng = np.random.default_rng(15)
    scores = rng.choice(CODES, size=(3000, 2))
    effect = boxes(scores) @ np.array([-20.0, 2.0, -1.0, 15.0])
    basic, delight = asymmetry.analyse(
        box_cell(50 + effect + 10 * rng.normal(size=3000), scores), 5
    )
    assert basic["penalty_low"] < -20 < basic["penalty_high"] < 0
    assert basic["asymmetry_high"] < 0 < delight["asymmetry_low"]
    assert 0 < delight["reward_low"] < 15 < delight["reward_high"]


def test_boxes_with_few_answers_or_no_middle_have_no_figure() -> None:
    rng = np.random.default_rng(16)
    scores = rng.choice(CODES, size=(300, 5))
    scores[:, 1] = np.where(rng.random(300) < 0.5, 0, 100)  # nobody in the middle
    scores[:, 2] = 50  # nobody else
    scores[:, 3] = np.maximum(scores[:, 3], 50)
    scores[:4, 3] = 0  # four at the bottom
    scores[:, 4] = scores[:, 0]
    rows = asymmetry.analyse(box_cell(scores[:, 0] + 10 * rng.normal(size=300), scores), 5)
    states = [row["state"] for row in rows]
    assert states == ["ok", "no_middle", "constant", "ok", "collinear"]
    assert "penalty" not in rows[3]
    assert "low_count" not in rows[3]
    assert rows[3]["reward_low"] < rows[3]["reward_high"]
    few = asymmetry.analyse(box_cell(scores[:40, 0], scores[:40, :1]), 5)
    assert [row["state"] for row in few] == ["too_few"]
