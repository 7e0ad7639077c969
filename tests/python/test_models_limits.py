"""Limits of figures and of changes as the models compute them, on a few rows, against scipy.

dbt's unit tests compare floats to the last bit. Where roots, logarithms and quantiles come in, two
right computations differ there, so those tests put whole numbers in place of the quantiles, and the
real ones are held here: the compiled SQL of the models runs on rows of a scratch database.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scipy import stats

ROOT = Path(__file__).resolve().parents[2]
MODELS = ("int_metric_estimates", "int_rate_ratios", "metric_values")
Z = stats.norm.ppf(0.975)

METRICS = [
    ("csat_top2_share", "fct_survey_answers", "overall_top2", "mean", 100, "wilson"),
    ("csat_mean", "fct_survey_answers", "overall_code", "mean", 1, "t"),
    ("nps", "fct_survey_answers", "promoter_points", "mean", 1, "adjusted_wald"),
    ("complaint_rate", "fct_complaints", "complaints", "rate", 1000, "poisson"),
]
SCORES = {"now": [2, 4, 4, 5, 7, 8], "before": [9, 9, 8, 9]}
WEIGHTED = ([3.0, 5.0, 2.0, 4.0, 4.0, 1.0, 5.0], [1.5, 0.5, 2.0, 1.0, 1.0, 0.8, 1.2])
PROMOTERS = {"now": (40, 25, 100), "before": (10, 30, 80)}
# Complaints and contacts, now and before.
EVENTS = {
    "few": ((1, 1138), (4, 2000)),
    "none": ((0, 500), (3, 400)),
    "none_before": ((5, 500), (0, 400)),
    "many": ((274, 3322), (158, 4023)),
    "ten": ((9, 100), (10, 50)),
}
SHARES = {"newcombe": ((56, 70), (48, 80)), "small": ((6, 7), (2, 7)), "zero": ((0, 10), (0, 20))}

Row = dict[str, Any]


def sums(metric_id: str, unit: str, month: str, **values: float) -> Row:
    return {
        "metric_id": metric_id, "weighting": "design" if "weight_sum" in values else "none",
        "period_type": "month", "period_key": month, "org_unit_id": unit,
        "slice": "all", "slice_value": "all", **values,
    }  # fmt: skip


def all_sums() -> list[Row]:
    """Return the sums of every case; the unit is the case's name."""
    months = {"now": "2026-10", "before": "2026-09"}
    rows = [
        sums("csat_top2_share", "r", "2026-10", base_count=40, value_sum=12, value_sum_squares=12)
    ]
    for unit, pair in SHARES.items():
        for month, (k, n) in zip(months.values(), pair, strict=True):
            values = {"base_count": n, "value_sum": k, "value_sum_squares": k}
            rows.append(sums("csat_top2_share", unit, month, **values))
    for when, scores in SCORES.items():
        squares = sum(x * x for x in scores)
        values = {"base_count": len(scores), "value_sum": sum(scores), "value_sum_squares": squares}
        rows.append(sums("csat_mean", "scores", months[when], **values))
    y, w = WEIGHTED
    moments = {
        "value_sum": (1, 1), "value_sum_squares": (1, 2), "weight_sum": (1, 0),
        "weight_sum_squares": (2, 0), "weight2_value_sum": (2, 1), "weight2_value_sum_squares": (2, 2),
    }  # fmt: skip
    weighted = {
        name: float(sum(b**power * a**order for a, b in zip(y, w, strict=True)))
        for name, (power, order) in moments.items()
    }
    rows.append(sums("csat_mean", "weighted", "2026-10", base_count=len(y), **weighted))
    for when, (up, down, n) in PROMOTERS.items():
        values = {"base_count": n, "value_sum": 100 * (up - down)}
        values["value_sum_squares"] = 10_000 * (up + down)
        rows.append(sums("nps", "nps", months[when], **values))
    for unit, rates in EVENTS.items():
        for month, (events, contacts) in zip(months.values(), rates, strict=True):
            values = {"base_count": contacts, "value_sum": events, "rate_denominator": contacts}
            rows.append(sums("complaint_rate", unit, month, **values))
    return rows


def write(
    connection: duckdb.DuckDBPyConnection, table: str, types: str, rows: Sequence[Row]
) -> None:
    """Create a table of the scratch database; what a row does not name is missing."""
    connection.execute(f"create table evenkeel.{table} ({types})")
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(
            f"insert into evenkeel.{table} ({names}) values ({marks})", list(row.values())
        )


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str, str], Row]:
    """Rows of metric_values by metric, unit and month."""
    home = tmp_path_factory.mktemp("home")
    command = [
        str(Path(sys.executable).parent / "dbt"), "--quiet", "compile", "--select", *MODELS,
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT),
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
    ]  # fmt: skip
    environment = {**os.environ, "EVENKEEL_HOME": str(home), "EVENKEEL_AS_OF": "2026-10-31"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    compiled = {
        path.stem: path.read_text() for path in (home / "target").rglob("compiled/**/*.sql")
    }

    connection = duckdb.connect()
    connection.execute("attach ':memory:' as evenkeel")
    for schema in ("intermediate", "marts"):
        connection.execute(f"create schema evenkeel.{schema}")
    cell = "period_type text, period_key text, org_unit_id text, slice text, slice_value text"
    write(
        connection,
        "marts.metrics",
        "metric_id text, definition_version int, fact text, measure text, method text, factor decimal(18, 6), "
        "unit text, better text, interval text, privacy_class text",
        [
            dict(
                zip(
                    ("metric_id", "fact", "measure", "method", "factor", "interval"),
                    row,
                    strict=True,
                ),
                privacy_class="operational",
            )
            for row in METRICS
        ],
    )
    months = [
        ("2026-10", "2026-10-01", "2026-11-01", "2026-09"),
        ("2026-09", "2026-09-01", "2026-10-01", None),
    ]
    names = ("period_key", "period_start", "period_end", "previous_key")
    write(
        connection,
        "marts.periods",
        "period_type text, period_key text, period_start date, period_end date, is_complete boolean, "
        "previous_key text, year_ago_key text",
        [
            {**dict(zip(names, row, strict=True)), "period_type": "month", "is_complete": True}
            for row in months
        ],
    )
    write(
        connection,
        "intermediate.int_unit_levels",
        "org_unit_id text, org_level text, valid_from date, valid_to date",
        [],
    )
    wide = "decimal(38, 12)"
    write(
        connection,
        "intermediate.int_metric_sums",
        f"metric_id text, weighting text, {cell}, base_count bigint, value_sum {wide}, value_sum_squares {wide}, "
        f"weight_sum {wide}, weight_sum_squares {wide}, weight2_value_sum {wide}, "
        f"weight2_value_sum_squares {wide}, rate_denominator {wide}",
        all_sums(),
    )
    quantiles = f"metric_id text, {cell}, quantile_value double, ci_low double, ci_high double, std_error double"
    write(connection, "intermediate.int_metric_quantiles", quantiles, [])
    persons = f"fact text, measure text, {cell}, person_count bigint"
    write(connection, "intermediate.int_survey_persons", persons, [])
    breaks = f"comparison text, fact text, measure text, {cell}"
    write(connection, "intermediate.int_version_breaks", breaks, [])
    targets = "metric_id text, org_unit_id text, valid_from date, valid_to date, target double"
    write(connection, "intermediate.int_targets", targets, [])
    for model in MODELS[:2]:
        connection.execute(f"create table evenkeel.intermediate.{model} as {compiled[model]}")
    result = connection.execute(compiled["metric_values"])
    columns = [column[0] for column in result.description or []]
    found = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    return {(row["metric_id"], row["org_unit_id"], row["period_key"]): row for row in found}


Figures = Mapping[tuple[str, str, str], Row]


def limits(row: Row, prefix: str = "ci") -> tuple[float, float]:
    return row[f"{prefix}_low"], row[f"{prefix}_high"]


def test_wilson_limits_are_rs(figures: Figures) -> None:
    row = figures["csat_top2_share", "r", "2026-10"]
    assert limits(row) == pytest.approx((18.0748452297, 45.4300188181), abs=1e-8)


@pytest.mark.parametrize(
    ("unit", "expected", "state"),
    [
        ("newcombe", (5.24, 33.39), "up"),
        ("small", (5.82, 80.62), "up"),
        ("zero", (-16.11, 27.75), "no_clear_change"),
    ],
)
def test_a_change_of_a_share_has_newcombes_limits(
    figures: Figures, unit: str, expected: tuple[float, float], state: str
) -> None:
    row = figures["csat_top2_share", unit, "2026-10"]
    assert limits(row, "change") == pytest.approx(expected, abs=0.006)
    assert row["change_state"] == state


def test_t_limits_of_a_mean(figures: Figures) -> None:
    row = figures["csat_mean", "scores", "2026-10"]
    expected = stats.t.interval(0.95, 5, loc=5, scale=stats.sem(SCORES["now"]))
    assert limits(row) == pytest.approx(expected, rel=1e-9)
    assert limits(row) == pytest.approx((2.70080170952, 7.29919829048), abs=1e-9)


def test_a_change_of_a_mean_has_welchs_limits(figures: Figures) -> None:
    row = figures["csat_mean", "scores", "2026-10"]
    welch = stats.ttest_ind(SCORES["now"], SCORES["before"], equal_var=False)
    expected = welch.confidence_interval(0.95)
    assert limits(row, "change") == pytest.approx((expected.low, expected.high), rel=1e-8)
    assert (row["change"], row["change_state"]) == (pytest.approx(5 - 8.75), "down")


def test_a_weighted_mean_has_the_linearised_error(figures: Figures) -> None:
    row = figures["csat_mean", "weighted", "2026-10"]
    assert row["value"] == pytest.approx(3.225)
    assert row["std_error"] == pytest.approx(0.536855930734, abs=1e-11)
    assert limits(row) == pytest.approx((1.911360860729, 4.538639139271), abs=1e-9)
    assert row["effective_base"] == pytest.approx(8**2 / sum(w * w for w in WEIGHTED[1]))


def test_promoter_scores_have_adjusted_wald_limits(figures: Figures) -> None:
    row = figures["nps", "nps", "2026-10"]
    assert row["value"] == pytest.approx(15)
    assert row["std_error"] == pytest.approx(7.9214898, abs=1e-6)
    assert limits(row) == pytest.approx((-0.6973947, 29.8236083), abs=1e-6)
    centres, errors = [], []
    for up, down, n in PROMOTERS.values():
        high, low = (up + 0.75) / (n + 3), (down + 0.75) / (n + 3)
        centres.append(100 * (high - low))
        errors.append(100 * ((high + low - (high - low) ** 2) / (n + 3)) ** 0.5)
    change, error = centres[0] - centres[1], (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    expected = (change - Z * error, change + Z * error)
    assert limits(row, "change") == pytest.approx(expected, rel=1e-9)
    assert row["change_state"] == "up"


@pytest.mark.parametrize("unit", EVENTS)
def test_rates_have_garwoods_limits(figures: Figures, unit: str) -> None:
    for month, (events, contacts) in zip(("2026-10", "2026-09"), EVENTS[unit], strict=True):
        low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0
        high = stats.chi2.ppf(0.975, 2 * events + 2) / 2
        expected = (1000 * low / contacts, 1000 * high / contacts)
        assert limits(figures["complaint_rate", unit, month]) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("unit", "state"),
    [
        ("few", "no_clear_change"),
        ("none", "no_clear_change"),
        ("none_before", "no_clear_change"),
        ("many", "up"),
        ("ten", "no_clear_change"),
    ],
)
def test_a_change_of_a_rate_has_the_limits_of_the_ratio(
    figures: Figures, unit: str, state: str
) -> None:
    row, ((now, at_risk), (before, at_risk_before)) = (
        figures["complaint_rate", unit, "2026-10"],
        EVENTS[unit],
    )
    if min(now, before) < 10:
        # One count in both is binomial; its share's limits are Clopper's and Pearson's.
        exact = stats.binomtest(now, now + before).proportion_ci(method="exact")
        ratios = [p / (1 - p) * at_risk_before / at_risk if p < 1 else None for p in exact]
    else:
        ratio, error = (now / at_risk) / (before / at_risk_before), (1 / now + 1 / before) ** 0.5
        low, high = stats.norm.interval(0.95, loc=0, scale=error)
        ratios = [ratio * math.exp(limit) for limit in (low, high)]
    rate = 1000 * before / at_risk_before
    expected = [rate * (x - 1) if rate and x is not None else None for x in ratios]
    for found, wanted in zip(limits(row, "change"), expected, strict=True):
        assert found is None if wanted is None else found == pytest.approx(wanted, rel=1e-8)
    assert row["change_state"] == state
