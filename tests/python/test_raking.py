"""Raking against another way to the same weights, published tables, and worlds of which the truth is known."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import pytest
from scipy import optimize

from evenkeel.statistics.raking import (
    LIMITS,
    TOLERANCE,
    Floats,
    Margin,
    design_effect,
    rake,
)

MODEL = Path(__file__).resolve().parents[2] / "models/intermediate/survey/int_raking_weights.py"
# The table of Wikipedia's article on iterative proportional fitting: a seed, and the sums of its rows and columns.
SEED = np.array([[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]], float)
ROWS, COLUMNS = np.array([150.0, 300, 400, 150]), np.array([200.0, 300, 400, 100])


def table_margins() -> list[Margin]:
    rows, columns = np.indices(SEED.shape)
    return [Margin(rows.ravel(), ROWS / 1000), Margin(columns.ravel(), COLUMNS / 1000)]


def tilted(counts: Floats, margins: list[Margin]) -> Floats:
    """Weights by the dual: the exponential tilting of equal weights whose margins are the targets, by Newton's method.

    They minimise the Kullback-Leibler distance from the responses, as raking does, in one
    optimisation over all categories in place of cycles over margins.
    """
    design = np.hstack([np.eye(len(m.targets))[m.codes] for m in margins])
    goal = np.concatenate([m.targets for m in margins])
    shares = counts / counts.sum()

    def loss(tilt: Floats) -> float:
        return float(np.log((shares * np.exp(design @ tilt)).sum()) - goal @ tilt)

    def slope(tilt: Floats) -> Floats:
        mass = shares * np.exp(design @ tilt)
        result: Floats = design.T @ (mass / mass.sum()) - goal
        return result

    start = np.zeros(design.shape[1])
    found = optimize.minimize(loss, start, jac=slope, method="BFGS", options={"gtol": 1e-10})
    weights = np.exp(design @ found.x)
    result: Floats = weights * counts.sum() / (counts * weights).sum()
    return result


def random_world(seed: int) -> tuple[Floats, list[Margin]]:
    """Cells of three margins, some of them empty, and targets near enough to be reached."""
    draw = np.random.default_rng(seed)
    every_cell = np.indices(draw.integers(2, 6, 3).tolist()).reshape(3, -1)
    counts = draw.poisson(draw.gamma(2, 6, every_cell.shape[1])).astype(float)
    base = counts * draw.gamma(20, 1 / 20, len(counts))
    answered = counts > 0
    margins = []
    for cells in every_cell[:, answered]:
        codes = np.unique(cells, return_inverse=True)[1]
        margins.append(Margin(codes, np.bincount(codes, weights=base[answered]) / base.sum()))
    return counts[answered], margins


@pytest.mark.parametrize("seed", range(30))
def test_weights_are_those_of_the_dual(seed: int) -> None:
    counts, margins = random_world(seed)
    raked = rake(counts, margins, limits=None)
    assert raked.converged
    assert raked.max_error < TOLERANCE
    np.testing.assert_allclose(raked.weights, tilted(counts, margins), rtol=2e-4)
    assert (counts * raked.weights).sum() == pytest.approx(counts.sum())


def test_the_published_table_stopped_before_it_converged() -> None:
    stopped = rake(SEED.ravel(), table_margins(), limits=None, max_cycles=3)
    table = (SEED.ravel() * stopped.weights).reshape(SEED.shape) * 1000 / SEED.sum()
    # Printed to two digits, its first row adds up to 150.14.
    assert table.sum(axis=1) == pytest.approx([150.13, 299.96, 399.92, 149.99], abs=0.01)
    assert (stopped.converged, stopped.cycles) == (False, 3)

    raked = rake(SEED.ravel(), table_margins(), limits=None)
    table = (SEED.ravel() * raked.weights).reshape(SEED.shape) * 1000 / SEED.sum()
    assert raked.converged
    np.testing.assert_allclose(table.sum(axis=1), ROWS, atol=2e-3)
    np.testing.assert_allclose(table.sum(axis=0), COLUMNS, atol=2e-3)
    # Fitting keeps the odds ratios of the seed.
    odds = table[:-1, :-1] * table[1:, 1:] / (table[1:, :-1] * table[:-1, 1:])
    np.testing.assert_allclose(
        odds, SEED[:-1, :-1] * SEED[1:, 1:] / (SEED[1:, :-1] * SEED[:-1, 1:]), rtol=1e-9
    )


def test_extreme_weights_are_trimmed_and_the_margins_hold_all_the_same() -> None:
    untrimmed = rake(SEED.ravel(), table_margins(), limits=None)
    raked = rake(SEED.ravel(), table_margins())
    assert untrimmed.weights.min() < LIMITS[0]
    assert raked.converged
    assert raked.weights.min() >= LIMITS[0] - TOLERANCE
    assert raked.weights.max() <= LIMITS[1] + TOLERANCE
    assert raked.max_error < TOLERANCE


def test_limits_that_contradict_the_margins_win_and_what_is_missing_is_said() -> None:
    # One in a hundred stands for a tenth: it would take a weight of ten.
    counts = np.array([99.0, 1.0])
    raked = rake(counts, [Margin(np.array([0, 1]), np.array([0.9, 0.1]))])
    assert not raked.converged
    assert raked.weights == pytest.approx([97 / 99, 3], abs=1e-5)
    assert raked.max_error == pytest.approx(0.07, abs=1e-6)


def test_margins_that_no_weights_can_meet_are_given_up() -> None:
    # Both cells that share a row would have to be all of it.
    margins = [
        Margin(np.array([0, 1]), np.array([0.5, 0.5])),
        Margin(np.array([0, 1]), np.array([0.6, 0.4])),
    ]
    raked = rake(np.array([1.0, 1.0]), margins, max_cycles=20)
    assert not raked.converged
    assert raked.max_error > 0.01


def test_raking_stops_where_nothing_moves_and_gives_the_weights_that_all_cycles_would(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both cells must hold nine tenths by one margin and one by the other: from the second cycle on nothing is new."""
    codes = np.array([0, 1])
    margins = [Margin(codes, np.array([0.9, 0.1])), Margin(codes, np.array([0.1, 0.9]))]
    counts = np.array([1.0, 1.0])
    stopped = rake(counts, margins, limits=None)
    monkeypatch.setattr("evenkeel.statistics.raking.STALLED", -1)
    cycled = rake(counts, margins, limits=None)
    assert (stopped.cycles, cycled.cycles) == (2, 1000)
    np.testing.assert_allclose(stopped.weights, cycled.weights, rtol=1e-9)
    assert not stopped.converged
    assert stopped.max_error == pytest.approx(0.8)


def test_a_category_without_a_response_is_refused() -> None:
    with pytest.raises(ValueError, match="collapse it"):
        rake(np.array([5.0]), [Margin(np.array([0]), np.array([0.5, 0.5]))])


def test_a_sample_that_looks_like_its_base_keeps_equal_weights() -> None:
    raked = rake(np.array([30.0, 70.0]), [Margin(np.array([0, 1]), np.array([0.3, 0.7]))])
    assert (raked.weights.tolist(), raked.cycles, raked.converged) == ([1, 1], 0, True)
    assert design_effect(np.array([30.0, 70.0]), raked.weights) == pytest.approx(1)


def test_kishs_effective_size_of_weights_1_1_and_2() -> None:
    weights = np.array([1.0, 1.0, 2.0])
    assert 3 / design_effect(np.ones(3), weights) == pytest.approx(8 / 3, abs=1e-12)


def test_raking_repairs_a_mean_that_uneven_answering_bends() -> None:
    """Gold customers are happier and answer three times as often; so does the north, which is unhappier."""
    draw = np.random.default_rng(7)
    size, worlds = 20_000, 60
    plain_errors, raked_errors = [], []
    for _ in range(worlds):
        gold, north = draw.random(size) < 0.2, draw.random(size) < 0.4
        happy = draw.random(size) < 0.55 + 0.3 * gold - 0.1 * north
        answers = draw.random(size) < 0.04 * np.where(gold, 3, 1) * np.where(north, 1.5, 1)
        cells = 2 * gold[answers] + north[answers]
        counts = np.bincount(cells, minlength=4).astype(float)
        means = np.bincount(cells, weights=happy[answers], minlength=4) / counts
        margins = [
            Margin(np.array([0, 0, 1, 1]), np.array([1 - gold.mean(), gold.mean()])),
            Margin(np.array([0, 1, 0, 1]), np.array([1 - north.mean(), north.mean()])),
        ]
        raked = rake(counts, margins)
        assert raked.converged
        weighted = (counts * raked.weights * means).sum() / counts.sum()
        plain_errors.append(happy[answers].mean() - happy.mean())
        raked_errors.append(weighted - happy.mean())
    error = np.std(raked_errors) / worlds**0.5
    assert np.mean(plain_errors) > 0.04
    assert abs(np.mean(raked_errors)) < 3 * error


def test_the_model_rakes_each_survey_and_period_that_has_a_target() -> None:
    connection = duckdb.connect()
    cell = "survey_id text, period_type text, period_key text"
    connection.execute(
        f"create table int_raking_responses (response_id text, {cell}, tier text, site text, channel text)"
    )
    draw = np.random.default_rng(5)
    for number in range(300):
        tier, site = str(draw.choice(["gold", "basic", "unknown"])), str(draw.choice(["x", "y"]))
        row = (f"r{number}", "known", "quarter", "2026-Q4", tier, site, "web")
        connection.execute("insert into int_raking_responses values (?, ?, ?, ?, ?, ?, ?)", row)
    connection.execute(
        "insert into int_raking_responses values ('a', 'unknown', 'wave', 'w', 'unknown', 'x', 'web')"
    )
    connection.execute(
        f"create table int_raking_margins ({cell}, margin text, category text, target_share double)"
    )
    targets = {"tier": {"gold": 0.3, "basic": 0.4, "unknown": 0.3}, "site": {"x": 0.35, "y": 0.65}}
    for margin, shares in targets.items():
        for category, share in shares.items():
            values = ["known", "quarter", "2026-Q4", margin, category, share]
            connection.execute("insert into int_raking_margins values (?, ?, ?, ?, ?, ?)", values)
    # A category that was collapsed has no target of its own, a margin that cannot be raked none at all.
    connection.execute(
        "insert into int_raking_margins values ('known', 'quarter', '2026-Q4', 'tier', 'silver', null)"
    )
    connection.execute(
        "insert into int_raking_margins values ('unknown', 'wave', 'w', 'tier', 'unknown', null)"
    )

    dbt = SimpleNamespace(config=lambda **_: None, ref=connection.table)
    model = runpy.run_path(str(MODEL))["model"]
    first, again = (model(dbt, connection).fetchall() for _ in range(2))
    assert first == again
    assert {row[0] for row in first} == {"known"}
    assert len(first) == 6
    total = sum(row[6] * row[7] for row in first)
    for position, margin in ((3, "tier"), (4, "site")):
        for category, share in targets[margin].items():
            mass = sum(row[6] * row[7] for row in first if row[position] == category)
            assert float(mass / total) == pytest.approx(share, abs=2e-6)
    assert all(row[8] for row in first)
