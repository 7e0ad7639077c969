"""The worked examples of the specification, run through the real pipeline and through the oracle.

Every example of this stage's metrics and methods is written as contract files (`oracle.examples`)
and read back as a row of metric_values: once from `evenkeel load` and `evenkeel build`, once from
the independent computation. The ranks of order statistics, for which this stage has no metric with
a median, are compared with the seed that the SQL reads them from.
"""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from oracle import examples as world
from oracle import intervals
from oracle.compare import read_table
from oracle.oracle import expected_metric_values
from oracle.periods import week_of
from oracle.pipeline import MODELS_RAW, ROOT, SEEDS, Pipeline
from oracle.settings import Settings
from scipy import stats

PUBLIC_DATA = Path(os.environ.get("EVENKEEL_PUBLIC_DATA", ROOT / ".." / "shared" / "data"))
FILE = PUBLIC_DATA.parent / "spec" / "worked_examples.json"
pytestmark = pytest.mark.skipif(
    not FILE.exists(),
    reason=f"No worked examples at {FILE}: set EVENKEEL_PUBLIC_DATA to the folder beside spec/.",
)

Example = dict[str, Any]
Row = dict[str, Any]
Rows = Callable[..., Row]


def all_examples() -> dict[str, Example]:
    if not FILE.exists():
        return {}
    return {one["id"]: one for one in json.loads(FILE.read_text(encoding="utf-8"))}


EXAMPLES = all_examples()


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    found = Pipeline(tmp_path_factory.mktemp("examples"), world.SETTINGS)
    world.write_examples(EXAMPLES, found.landing)
    return found


@pytest.fixture(scope="module")
def from_oracle(pipeline: Pipeline) -> pd.DataFrame:
    return expected_metric_values(pipeline.landing, SEEDS, MODELS_RAW, world.SETTINGS, world.AS_OF)


@pytest.fixture(scope="module")
def from_sql(pipeline: Pipeline) -> pd.DataFrame:
    pipeline.run("load", world.AS_OF)
    pipeline.run("build", world.AS_OF)
    return read_table(pipeline.database)


@pytest.fixture(params=["oracle", "sql"])
def rows(request: pytest.FixtureRequest) -> Rows:
    """One row of metric_values by metric and unit; the month 2025-12 if nothing else is said."""
    frame: pd.DataFrame = request.getfixturevalue(f"from_{request.param}")

    def row(metric_id: str, unit: str, **where: str) -> Row:
        wanted = {
            "metric_id": metric_id, "org_unit_id": unit, "period_type": "month",
            "period_key": world.NOW, "slice": "all", "slice_value": "all", "weighting": "none",
            **where,
        }  # fmt: skip
        found = frame
        for column, value in wanted.items():
            found = found[found[column] == value]
        assert len(found) == 1, f"{len(found)} rows of {wanted}"
        return dict(zip(found.columns, found.iloc[0], strict=True))

    return row


def near(found: Any, expected: float, tolerance: float) -> bool:
    return math.isclose(float(found), expected, rel_tol=0, abs_tol=max(tolerance, 1e-9))


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name.startswith("wilson")])
def test_wilson_interval_of_a_share(name: str, rows: Rows) -> None:
    example = EXAMPLES[name]
    row = rows("csat_top2_share", name)
    assert row["base_count"] == example["inputs"]["n"]
    assert row["interval_method"] == "wilson"
    for column, expected in zip(("ci_low", "ci_high"), example["expected"], strict=True):
        assert near(row[column] / 100, expected, example["tolerance"])


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name.startswith("newcombe")])
def test_newcombe_interval_of_a_change(name: str, rows: Rows) -> None:
    example = EXAMPLES[name]
    row = rows("csat_top2_share", name)
    for column, expected in zip(("change_low", "change_high"), example["expected"], strict=True):
        assert near(row[column] / 100, expected, example["tolerance"])
    assert row["change_state"] == ("up" if example["expected"][0] > 0 else "no_clear_change")


def test_t_interval_of_a_mean(rows: Rows) -> None:
    example = EXAMPLES["mean_t_ci_95"]
    row = rows("csat_mean", "mean_t_ci_95", slice="scale", slice_value="score10")
    for column, expected in zip(("ci_low", "ci_high"), example["expected"], strict=True):
        assert near(row[column], expected, example["tolerance"])


def test_linearised_error_of_a_weighted_mean(rows: Rows) -> None:
    example = EXAMPLES["weighted_mean_linearised"]
    row = rows(
        "csat_mean", "weighted_mean_linearised", slice="scale", slice_value="likert5",
        weighting="design",
    )  # fmt: skip
    columns = {"mean": "value", "se": "std_error", "lower": "ci_low", "upper": "ci_high"}
    for name, expected in example["expected"].items():
        assert near(row[columns[name]], expected, example["tolerance"])


def test_kish_effective_base(rows: Rows) -> None:
    example = EXAMPLES["kish_neff_1_1_2"]
    row = rows("csat_top2_share", "kish_neff_1_1_2", weighting="design")
    assert near(row["effective_base"], example["expected"], example["tolerance"])


def test_nps_variance(rows: Rows) -> None:
    expected = EXAMPLES["nps_var_whuber"]["expected"]
    row = rows("nps", "nps_var_whuber")
    assert near(row["value"] / 100, expected["nps"], 1e-12)
    assert near((row["std_error"] / 100) ** 2 * row["base_count"], expected["var_single"], 1e-12)


def test_nps_width_rule_of_thumb(rows: Rows) -> None:
    example = EXAMPLES["nps_ci_width_rule"]
    row = rows("nps", "nps_ci_width_rule")
    width = 2 * intervals.Z * row["std_error"] * math.sqrt(row["base_count"])
    assert near(width, example["expected"], example["tolerance"])


def test_nps_adjusted_wald_interval(rows: Rows) -> None:
    example = EXAMPLES["nps_adjusted_wald"]
    row = rows("nps", "nps_adjusted_wald")
    found = {
        "nps": row["value"],
        "wald_se": row["std_error"],
        "adj_center": (row["ci_low"] + row["ci_high"]) / 2,
        "adj_lower": row["ci_low"],
        "adj_upper": row["ci_high"],
    }
    for name, expected in example["expected"].items():
        assert near(found[name], expected, example["tolerance"])


def test_rescaled_scores_agree_over_scales(rows: Rows) -> None:
    example = EXAMPLES["rescale_invariance"]
    scales = ("likert5", "faces3", "likert7", "score10", "nps11")
    for scale, expected in zip(scales, example["expected"], strict=True):
        # A measure is rounded to a millionth before it is added.
        assert near(rows("csat_score", f"rescale_invariance {scale}")["value"], expected, 1e-6)


def test_service_level_formulas(rows: Rows) -> None:
    example = EXAMPLES["service_level_5_formulas"]
    given, unit = example["inputs"], "service_level_5_formulas"
    for formula in ("f3", "f4"):
        value = rows(f"service_level_{formula}", unit)["value"]
        assert near(value, example["expected"][formula], example["tolerance"])
    offered = given["answered"] + given["abandoned"]
    late = given["abandoned"] - given["ab_short"]
    expected = 100 * late / (offered - given["ab_short"])
    assert near(rows("abandonment_rate", unit)["value"], expected, 1e-9)
    expected = 100 * given["abandoned"] / offered
    assert near(rows("abandonment_rate_all", unit)["value"], expected, 1e-9)


def test_handling_time_of_a_group_is_total_over_total(rows: Rows) -> None:
    example = EXAMPLES["weighted_aht_trap"]
    value = rows("aht_seconds", "weighted_aht_trap")["value"]
    assert near(value, example["expected"]["correct"], example["tolerance"])


def test_complaints_per_1000_with_exact_limits(rows: Rows) -> None:
    # The other rows of the example need up to 900,000 contacts; the formula is the same.
    row = rows("complaint_rate_per_1000_contacts", "complaints_per_1000")
    expected = EXAMPLES["complaints_per_1000"]["expected"][0]
    assert round(float(row["value"]), 2) == expected
    # Metric E13 gives the limits of this row.
    assert (round(float(row["ci_low"]), 2), round(float(row["ci_high"]), 2)) == (0.02, 4.90)


def test_turnover_on_average_headcount(rows: Rows) -> None:
    example = EXAMPLES["turnover_bizfluent"]
    row = rows("turnover_annual", "turnover_bizfluent")
    average = float(row["denominator_sum"]) * 365.25 / 31
    assert average == pytest.approx((example["inputs"]["start"] + example["inputs"]["end"]) / 2)
    assert row["value_sum"] == example["inputs"]["separations"]
    assert round(100 * float(row["value_sum"]) / average, 2) == example["expected"]
    assert rows("headcount", "turnover_bizfluent")["value"] == example["inputs"]["end"]


def test_iso_weeks_at_the_end_of_a_year(rows: Rows) -> None:
    example = EXAMPLES["iso_week"]
    for key in set(example["expected"]):
        row = rows("contacts_offered", "iso_week", period_type="week", period_key=key)
        assert row["value"] == example["expected"].count(key)


def test_not_applicable_codes_leave_the_base(rows: Rows) -> None:
    expected = EXAMPLES["na_handling"]["expected"]
    row = rows("csat_top2_share", "na_handling")
    assert (row["value"], row["base_count"]) == (expected["pct"], expected["base"])


def test_reversed_items_are_turned_round(rows: Rows) -> None:
    expected = EXAMPLES["reverse_item"]["expected"]
    row = rows("csat_mean", "reverse_item", slice="scale", slice_value="likert5")
    assert float(row["value_sum"]) == sum(expected)
    assert float(row["value_sum_squares"]) == sum(x * x for x in expected)


def test_ranks_of_the_limits_of_a_median() -> None:
    example = EXAMPLES["median_ci_n10"]
    n, expected = example["inputs"]["n"], example["expected"]
    low, high = intervals.order_ranks(n, 0.5)
    assert (low, high) == (expected["low_rank"], expected["high_rank"])
    assert low is not None and high is not None
    coverage = stats.binom.cdf(high - 1, n, 0.5) - stats.binom.cdf(low - 1, n, 0.5)
    assert round(float(coverage), 3) == expected["coverage"]


def test_the_seed_of_ranks_is_the_binomial_distribution() -> None:
    with (SEEDS / "order_ranks.csv").open(encoding="utf-8", newline="") as handle:
        seed = list(csv.DictReader(handle))
    assert {float(row["quantile"]) for row in seed} >= {0.5, 0.9}
    wrong = []
    for row in seed:
        expected = intervals.order_ranks(int(row["n"]), float(row["quantile"]))
        found = tuple(int(row[name]) if row[name] else None for name in ("low_rank", "high_rank"))
        if found != expected:
            wrong.append((row, expected))
    assert not wrong, f"{len(wrong)} ranks differ, the first: {wrong[:3]}"


def test_the_oracle_knows_iso_weeks() -> None:
    example = EXAMPLES["iso_week"]
    settings = Settings(week_ends_on="sunday")
    days = [date.fromisoformat(day) for day in example["inputs"]["days"]]
    assert [week_of(day, settings).key for day in days] == example["expected"]
