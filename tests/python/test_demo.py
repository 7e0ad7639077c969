"""The organisation of the demo: how much it becomes, and that its figures are what is true of it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from whole import build_tables, evenkeel, run

UNTIL = date(2026, 6, 30)
MOST_ROWS = 5_000_000

Truth = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of the demo."""
    folder = tmp_path_factory.mktemp("demo") / "landing"
    simulation = ["--size", "small", "--seed", "1", "--until", UNTIL.isoformat()]
    evenkeel("simulate", "--out", folder, *simulation)
    return folder


@pytest.fixture(scope="module")
def demo(landing: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Truth]]:
    """Return the tables of the demo, and what is true of each unit and month."""
    home = landing.parent / "home"
    run("load", landing, home, UNTIL)
    run("build", landing, home, UNTIL)
    truth = json.loads((landing / "truth.json").read_text(encoding="utf-8"))
    with build_tables(home) as connection:
        yield connection, {unit: its["months"] for unit, its in truth["units"].items()}


def _values(
    tables: duckdb.DuckDBPyConnection, metric: str, slice_: str = "all", slice_value: str = "all"
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return value, lower and upper limit of a metric by unit and month."""
    rows = tables.execute(
        """
        SELECT org_unit_id, period_key, value, ci_low, ci_high FROM marts.metric_values
        WHERE metric_id = ? AND period_type = 'month' AND weighting = 'none'
            AND slice = ? AND slice_value = ? AND value IS NOT NULL
        """,
        [metric, slice_, slice_value],
    ).fetchall()
    return {(unit, month): tuple(rest) for unit, month, *rest in rows}


def test_metric_values_stay_under_five_million_rows(
    demo: tuple[duckdb.DuckDBPyConnection, Truth],
) -> None:
    ((rows, metrics, units),) = (
        demo[0]
        .execute(
            "SELECT count(*), count(DISTINCT metric_id), count(DISTINCT org_unit_id) "
            "FROM marts.metric_values"
        )
        .fetchall()
    )
    assert rows < MOST_ROWS
    # It is the whole of it that is so small.
    assert metrics == 92
    assert units > 60


@pytest.mark.parametrize("metric", ["contacts_offered", "complaints_received"])
def test_counts_of_every_unit_and_month_are_the_true_ones(
    demo: tuple[duckdb.DuckDBPyConnection, Truth], metric: str
) -> None:
    tables, truth = demo
    name = {"contacts_offered": "offered", "complaints_received": "complaints"}[metric]
    found = {cell: value for cell, (value, *_) in _values(tables, metric).items()}
    expected = {
        (unit, month): counts[name] for unit, its in truth.items() for month, counts in its.items()
    }
    assert len(expected) > 1500
    assert {cell: found.get(cell, 0) for cell in expected} == expected
    assert found.keys() - expected.keys() == {("all", month) for month in truth["HQ"]}


@pytest.mark.parametrize("metric", ["answer_rate", "abandonment_rate"])
def test_shares_of_every_unit_and_month_are_the_true_ones(
    demo: tuple[duckdb.DuckDBPyConnection, Truth], metric: str
) -> None:
    tables, truth = demo
    found = _values(tables, metric)
    for unit, months in truth.items():
        for month, counts in months.items():
            top, bottom = counts["answered"], counts["offered"]
            if metric == "abandonment_rate":
                top = counts["abandoned"] - counts["short_abandoned"]
                bottom = counts["offered"] - counts["short_abandoned"]
            assert math.isclose(found[unit, month][0], 100 * top / bottom, abs_tol=1e-9)


@pytest.mark.parametrize("metric", ["csat_score", "nps"])
def test_answers_of_units_and_months_are_about_what_is_expected_of_them(
    demo: tuple[duckdb.DuckDBPyConnection, Truth], metric: str
) -> None:
    """Where enough answer, the interval holds what their answers were expected to be."""
    tables, truth = demo
    held = []
    for (unit, month), (_, low, high) in _values(
        tables, metric, "programme", "post_contact"
    ).items():
        if unit == "all" or truth[unit][month]["expected_responses"] < 10:
            continue
        expected = truth[unit][month]["nps_of_responses"]
        if metric == "csat_score":
            expected = truth[unit][month]["csat_of_responses"]
        held.append(low <= expected <= high)
    assert len(held) > 800
    assert 0.93 <= sum(held) / len(held) <= 0.97


@pytest.fixture(scope="module")
def planted(landing: Path) -> dict[str, Any]:
    """Return what is planted in the answers to the survey of service quality."""
    truth = json.loads((landing / "truth.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = truth["planted"]["questionnaires"]
    return found


def test_features_are_of_the_planted_categories(
    demo: tuple[duckdb.DuckDBPyConnection, Truth], planted: dict[str, Any]
) -> None:
    rows = demo[0].execute(
        "SELECT feature, category, is_category_clear FROM marts.kano_categories "
        "WHERE org_unit_id = 'all' AND period_type IN ('wave', 'all')"
    )
    found = rows.fetchall()
    assert {(feature, category) for feature, category, _ in found} == set(planted["kano"].items())
    assert all(is_clear for *_, is_clear in found)


def test_gaps_and_importance_of_modules_are_as_planted(
    demo: tuple[duckdb.DuckDBPyConnection, Truth], planted: dict[str, Any]
) -> None:
    rows = (
        demo[0]
        .execute(
            "SELECT module, sum(gap * base_count) / sum(base_count), "
            "sum(importance * importance_count) / sum(importance_count), "
            "min(importance_high - importance_low) / 2 FROM marts.expectation_gaps_by_concept "
            "WHERE org_unit_id = 'all' AND period_type = 'wave' AND concept = 'all' GROUP BY 1"
        )
        .fetchall()
    )
    gaps = {module: gap for module, gap, *_ in rows}
    wanted = planted["expected_minus_found"]
    assert sorted(gaps, key=lambda module: -gaps[module]) == sorted(wanted, key=wanted.__getitem__)
    # The mean of all waves lies well within twice the half-width of a single one.
    for module, _, importance, half in rows:
        assert abs(importance - 25 * (planted["mean_importance"][module] - 1)) < 2 * half
