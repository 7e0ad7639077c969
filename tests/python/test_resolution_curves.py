"""Curves of complaints that are still open, their figures and the comparisons of groups, against other computations.

Random worlds (a unit each) have ties, heavy censoring, withdrawals, one complaint, or all at the first second.
Where there are no withdrawals, scipy has the whole curve; lifelines has it too, and the competing risks.
"""

from __future__ import annotations

import json
import os
import warnings
from datetime import date
from pathlib import Path

import lifelines
import numpy as np
import pandas as pd
import pytest
from compiled_models import ROOT, Run, compile_models, runner
from scipy import stats
from sql_macros import evaluate

MODELS = (
    *("int_resolution_steps", "int_resolution_figures", "resolution_curves"),
    *("int_resolution_groups", "resolution_comparisons"),
)
EXAMPLES = (
    Path(os.environ.get("EVENKEEL_PUBLIC_DATA", ROOT / ".." / "shared" / "data")).parent
    / "spec" / "worked_examples.json"
)  # fmt: skip
SECONDS = 86400
DAY = date(2026, 10, 14)
TEAMS = ("a", "b", "c")
EXIT_TYPES = (
    "complaint_id text, date_day date, org_unit_id text, category text, severity text, exit_kind text, "
    "seconds bigint, resolved smallint, withdrawn smallint, censored smallint"
)
# Complaints, the longest time, what times are rounded to, the share censored early and the share withdrawn.
SHAPES = [
    *((1, 9, 1, 0.0, 0.0), (1, 9, 1, 1.0, 0.0), (2, 3, SECONDS, 0.0, 0.0), (1, 9, 1, 0.0, 1.0)),
    *((5, 0, 1, 0.5, 0.0), (8, 20, SECONDS, 0.3, 0.3), (40, 30, 1, 0.0, 0.0), (40, 30, 1, 0.9, 0.0)),
    *((60, 10, SECONDS, 0.3, 0.0), (60, 10, SECONDS, 0.3, 0.2), (80, 40, 1, 0.2, 0.3)),
    *((300, 90, 3600, 0.2, 0.1), (300, 90, 1, 0.4, 0.0), (300, 400, SECONDS, 0.1, 0.1)),
    *((50, 5, 1, 1.0, 0.0), (50, 5, 1, 0.0, 1.0), (200, 2, 60, 0.8, 0.1), (35, 12, 1, 0.5, 0.4)),
]  # fmt: skip


def random_exits(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    worlds = []
    for number, (count, longest, grain, censored, withdrawn) in enumerate(SHAPES):
        seconds = random.exponential(longest * SECONDS / 3, count) if longest else np.zeros(count)
        kinds = np.where(random.random(count) < withdrawn, "withdrawn", "resolved")
        kinds = np.where(random.random(count) < censored, "censored", kinds)
        world = pd.DataFrame(
            {
                "unit": f"w{number}",
                "team": random.choice(TEAMS, count),
                "seconds": (seconds / grain).astype(int) * grain,
                **{
                    kind: (kinds == kind).astype(int)
                    for kind in ("resolved", "withdrawn", "censored")
                },
            }
        )
        worlds.append(world)
    exits = pd.concat(worlds, ignore_index=True)
    # Some complaints have no team: they are the unit's own, and compared with nobody.
    exits["org_unit_id"] = exits["unit"] + "." + exits["team"]
    exits["complaint_id"] = exits.index.astype(str)
    exits["category"] = pd.Series(random.choice(["x", "y", ""], len(exits))).replace("", None)
    return exits.assign(date_day=DAY, severity=None, exit_kind="")


class World:
    """What the models make of complaints whose exits are given."""

    def __init__(self, run: Run, exits: pd.DataFrame) -> None:
        self.exits = exits
        units = sorted(set(exits["unit"]))
        pairs = [(unit, unit, 0) for unit in units]
        for unit in units:
            pairs += [(f"{unit}.{team}", f"{unit}.{team}", 0) for team in TEAMS]
            pairs += [(f"{unit}.{team}", unit, 1) for team in TEAMS]
        ever = {"valid_from": date(1900, 1, 1), "valid_to": date(9999, 1, 1)}
        ancestors = pd.DataFrame(pairs, columns=["org_unit_id", "ancestor_id", "distance"]).assign(
            **ever
        )
        paths = ancestors.assign(path_id=ancestors["org_unit_id"])
        parts = pd.DataFrame(
            {
                "part_type": "month",
                "part_key": "2026-10",
                "period_type": ["month", "quarter"],
                "period_key": "k",
            }
        )
        days = pd.DataFrame(
            {"date_day": [DAY], "month_key": "2026-10", "quarter_key": "k", "year_key": "2026"}
        )
        metrics = pd.DataFrame(
            {
                "metric_id": ["days", "share7", "share30"],
                "method": ["km_p50", "km_at_7", "km_at_30"],
                "periods": "month",
                "slices": "all category",
            }
        )
        tables = {
            "intermediate__int_complaint_exits": (
                EXIT_TYPES,
                exits.drop(columns=["unit", "team"]),
            ),
            "intermediate__int_org_unit_paths": (
                "path_id text, org_unit_id text, valid_from date, valid_to date, ancestor_id text",
                paths.drop(columns="distance"),
            ),
            "intermediate__int_period_parts": (
                "part_type text, part_key text, period_type text, period_key text", parts,
            ),
            "marts__dates": ("date_day date, month_key text, quarter_key text, year_key text", days),
            "marts__metrics": ("metric_id text, method text, periods text, slices text", metrics),
            "marts__org_unit_ancestors": (
                "org_unit_id text, ancestor_id text, distance integer, valid_from date, valid_to date",
                ancestors,
            ),
            "marts__fct_complaints": (
                "complaint_id text, category text, tier text, vendor text",
                exits[["complaint_id", "category"]].assign(tier=exits["team"], vendor=None),
            ),
        }  # fmt: skip
        curves = run(["int_resolution_steps", "resolution_curves"], **tables)
        self.curves = curves[(curves["period_type"] == "month") & (curves["slice"] == "all")]
        self.all_curves = curves
        self.steps = run(["int_resolution_steps"])
        found = run(["int_resolution_figures"])
        found = found[found["slice"] == "all"].set_index(["org_unit_id", "metric_id"])
        self.figures = found.sort_index()
        self.comparisons = run(["int_resolution_groups", "resolution_comparisons"])

    def curve(self, unit: str) -> pd.DataFrame:
        return self.curves[self.curves["org_unit_id"] == unit].sort_values("day").set_index("day")

    def of(self, unit: str) -> pd.DataFrame:
        return self.exits[self.exits["unit"] == unit]

    def figure(self, unit: str, metric: str) -> tuple[float, float, float, float]:
        """Value, limits and error; NaN where there is none."""
        if (unit, metric) not in self.figures.index:
            return (np.nan, np.nan, np.nan, np.nan)
        names = ["quantile_value", "ci_low", "ci_high", "std_error"]
        value, low, high, error = self.figures.loc[(unit, metric), names].astype(float)
        return value, low, high, error


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(compile_models(MODELS, tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module", params=[1, 2, 3])
def world(request: pytest.FixtureRequest, run: Run) -> World:
    return World(run, random_exits(request.param))


class Incidence:
    """Shares of a world, event by event from the hazards of both kinds."""

    def __init__(self, exits: pd.DataFrame) -> None:
        self.times, place = np.unique(exits["seconds"], return_inverse=True)
        leaving = np.bincount(place)
        self.at_risk = leaving[::-1].cumsum()[::-1]
        self.first, self.second = (
            np.bincount(place, weights=exits[kind]) / self.at_risk
            for kind in ("resolved", "withdrawn")
        )
        self.open = np.cumprod(1 - self.first - self.second)
        self.before = np.concatenate([[1.0], self.open[:-1]])
        self.resolved = np.cumsum(self.before * self.first)
        self.withdrawn = np.cumsum(self.before * self.second)

    def shares(self, until: float) -> tuple[float, float, float]:
        """Open, resolved and withdrawn."""
        last = int(np.searchsorted(self.times, until, side="right")) - 1
        if last < 0:
            return 1.0, 0.0, 0.0
        return float(self.open[last]), float(self.resolved[last]), float(self.withdrawn[last])

    def error(self, until: float) -> float:
        """Of the resolved share: the multinomial variance of the hazards, and its slope in them."""
        total, variance = self.shares(until)[1], 0.0
        for i in np.flatnonzero(self.times <= until):
            own = np.array([self.first[i], self.second[i]])
            stay = 1 - own.sum()
            lost = (total - self.resolved[i]) / stay if stay > 1e-12 else 0.0
            slope = np.array([self.before[i] - lost, -lost])
            variance += slope @ ((np.diag(own) - np.outer(own, own)) / self.at_risk[i]) @ slope
        return float(np.sqrt(max(variance, 0.0)))


def units_without_withdrawals(world: World) -> list[str]:
    return [u for u in sorted(set(world.exits["unit"])) if not world.of(u)["withdrawn"].any()]


def test_a_curve_counts_every_complaint_once(world: World) -> None:
    for unit in set(world.exits["unit"]):
        curve, exits = world.curve(unit), world.of(unit)
        left = curve[["resolved", "withdrawn", "censored"]].sum(axis=1)
        assert curve.index[0] == 0
        assert curve["at_risk"].iloc[0] == len(exits)
        np.testing.assert_array_equal(
            curve["at_risk"].iloc[1:], (curve["at_risk"] - left).iloc[:-1]
        )
        assert (left.iloc[1:] > 0).all()
        within = exits[exits["seconds"] <= 365 * SECONDS]
        for kind in ("resolved", "withdrawn", "censored"):
            assert curve[kind].sum() == within[kind].sum()
            days = np.ceil(within.loc[within[kind] == 1, "seconds"] / SECONDS).value_counts()
            assert curve[kind][curve[kind] > 0].to_dict() == days.to_dict()


def test_shares_are_those_of_the_hazards_event_by_event(world: World) -> None:
    for unit in set(world.exits["unit"]):
        curve, incidence = world.curve(unit), Incidence(world.of(unit))
        found = curve[["share_open", "share_resolved", "share_withdrawn"]].to_numpy()
        expected = [incidence.shares(day * SECONDS) for day in curve.index]
        np.testing.assert_allclose(found, expected, atol=1e-11)
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-11)


def test_without_withdrawals_a_curve_is_scipys_with_its_log_log_limits(world: World) -> None:
    units = units_without_withdrawals(world)
    assert len(units) >= 6
    for unit in units:
        exits, curve = world.of(unit), world.curve(unit)
        sample = stats.CensoredData.right_censored(exits["seconds"], exits["censored"] == 1)
        sf = stats.ecdf(sample).sf
        with warnings.catch_warnings(action="ignore"):
            interval = sf.confidence_interval(method="log-log")
        moments = curve.index.to_numpy() * SECONDS
        np.testing.assert_allclose(curve["share_open"], sf.evaluate(moments), atol=1e-11)
        inside = curve["share_open"].between(1e-9, 1 - 1e-9)
        for name, limit in (("ci_low", interval.low), ("ci_high", interval.high)):
            np.testing.assert_allclose(
                curve.loc[inside, name], limit.evaluate(moments[inside]), rtol=1e-8
            )
            assert (curve.loc[~inside, name] == curve.loc[~inside, "share_open"]).all()


def test_shares_within_days_have_their_error_and_a_watched_cohort(world: World) -> None:
    checked = 0
    for unit in set(world.exits["unit"]):
        exits = world.of(unit)
        incidence = Incidence(exits)
        for days in (7, 30):
            value, low, high, error = world.figure(unit, f"share{days}")
            open_share, expected, _ = incidence.shares(days * SECONDS)
            expected_error = incidence.error(days * SECONDS)
            watched = exits["seconds"].max() >= days * SECONDS or open_share < 1e-12
            assert np.isnan(value) != watched
            if not watched:
                continue
            np.testing.assert_allclose([value, error], [expected, expected_error], atol=1e-9)
            if not 1e-9 < expected < 1 - 1e-9:
                assert np.isnan(low)
                assert np.isnan(high)
                continue
            rest = 1 - expected
            width = stats.norm.ppf(0.975) * expected_error / rest / np.log(rest)
            limits = 1 - rest ** np.exp([-width, width])
            np.testing.assert_allclose([low, high], sorted(limits), atol=1e-9)
            checked += 1
    assert checked > 8


def test_the_median_is_where_half_are_resolved_and_its_limits_where_theirs_cross_a_half(
    world: World,
) -> None:
    for unit in units_without_withdrawals(world):
        exits = world.of(unit)
        sample = stats.CensoredData.right_censored(exits["seconds"], exits["censored"] == 1)
        sf = stats.ecdf(sample).sf
        with warnings.catch_warnings(action="ignore"):
            interval = sf.confidence_interval(method="log-log")
        value, low, high, _ = world.figure(unit, "days")
        half = np.flatnonzero(sf.probabilities <= 0.5 + 1e-12)
        if not len(half):
            assert np.isnan([value, low, high]).all()
            continue
        assert value == pytest.approx(sf.quantiles[half[0]] / SECONDS)
        inside = (sf.probabilities > 1e-9) & (sf.probabilities < 1 - 1e-9)
        for found, limit in ((low, interval.low), (high, interval.high)):
            crossed = np.flatnonzero(inside & (limit.probabilities <= 0.5))
            expected = sf.quantiles[crossed[0]] / SECONDS if len(crossed) else np.nan
            assert found == pytest.approx(expected, nan_ok=True)


def test_groups_are_compared_by_log_rank(world: World) -> None:
    comparisons = world.comparisons[world.comparisons["period_type"] == "quarter"]
    checked = 0
    for pool, rows in comparisons.groupby(["org_unit_id", "slice"]):
        unit, slice_name = pool
        exits = world.exits.assign(tier=world.exits["team"])
        if slice_name == "org_unit" and unit != "all":
            exits, column = exits[exits["unit"] == unit], "org_unit_id"
        else:
            column = {"org_unit": "unit"}.get(str(slice_name), str(slice_name))
        exits = exits[exits[column].notna()]
        assert set(rows["slice_value"]) == set(exits[column])
        tested = []
        for row in rows.itertuples():
            own = exits[column] == row.slice_value
            assert (row.base_count, row.rest_count) == (own.sum(), (~own).sum())
            statistic, expected = log_rank(exits, own)
            assert row.expected == pytest.approx(expected, abs=1e-9)
            if np.isnan(statistic):
                assert np.isnan(row.chi_square)
                assert row.difference_state == "not_tested"
                continue
            assert row.chi_square == pytest.approx(statistic, rel=1e-6, abs=1e-9)
            tested.append((row.p_value, row.adjusted_p_value))
            assert row.p_value == pytest.approx(stats.chi2.sf(statistic, 1), rel=1e-6, abs=1e-12)
            samples = [
                stats.CensoredData.right_censored(side["seconds"], side["resolved"] == 0)
                for side in (exits[own], exits[~own])
            ]
            assert row.p_value == pytest.approx(stats.logrank(*samples).pvalue, rel=1e-6)
            checked += 1
        assert_holm(tested, 1 if len(rows) == 2 else len(tested))
    assert checked > 20


def log_rank(exits: pd.DataFrame, own: pd.Series[bool]) -> tuple[float, float]:
    """Chi-square of a group against the rest, and its expected resolutions, time by time."""
    times, place = np.unique(exits["seconds"], return_inverse=True)
    group = own.to_numpy(dtype=float)
    n, n1 = (np.bincount(place, weights)[::-1].cumsum()[::-1] for weights in (None, group))
    d, d1 = (np.bincount(place, exits["resolved"] * weights) for weights in (1.0, group))
    expected = (d * n1 / n).sum()
    spread = d * n1 / n * (1 - n1 / n) * (n - d) / np.maximum(n - 1, 1)
    variance = spread.sum()
    statistic = (d1.sum() - expected) ** 2 / variance if variance > 1e-9 else np.nan
    assert len(times) == len(n)
    return statistic, expected


def assert_holm(pairs: list[tuple[float, float]], tests: int) -> None:
    highest = 0.0
    for rank, (p, adjusted) in enumerate(sorted(pairs)):
        highest = max(highest, min(1.0, p * (tests - rank if tests > 1 else 1)))
        assert adjusted == pytest.approx(highest)


def test_the_tail_of_chi_square_is_scipys() -> None:
    x = [0.0, 1e-9, 0.01, 0.5, 1.0, 2.7055, 3.8415, 6.63, 10.8, 50.0, 400.0, 1300.0]
    found = evaluate("chi_square_tail('x')", x=x)
    np.testing.assert_allclose(found, stats.chi2.sf(x, 1), rtol=1e-9)


@pytest.mark.skipif(not EXAMPLES.exists(), reason=f"No worked examples at {EXAMPLES}.")
def test_the_curve_of_the_worked_example_is_reached(run: Run) -> None:
    examples = {one["id"]: one for one in json.loads(EXAMPLES.read_text(encoding="utf-8"))}
    inputs = examples["km_aml"]["inputs"]
    event = np.array(inputs["event"])
    exits = random_exits(1).head(len(event)).assign(
        unit="w0", org_unit_id="w0", seconds=np.array(inputs["time"]) * SECONDS,
        resolved=event, withdrawn=0, censored=1 - event,
    )  # fmt: skip
    world = World(run, exits)
    steps = world.steps[
        (world.steps["org_unit_id"] == "w0") & (world.steps["slice"] == "all")
        & (world.steps["period_type"] == "month")
    ].set_index("seconds")  # fmt: skip
    for time, at_risk, resolved, share, error in examples["km_aml"]["expected"]:
        step = steps.loc[time * SECONDS]
        assert (step["at_risk"], step["resolved"]) == (at_risk, resolved)
        assert step["share_open"] == pytest.approx(share, abs=6e-5)
        found = step["share_open"] * np.sqrt(step["open_squared_error"])
        assert found == pytest.approx(error, abs=6e-5)
        assert np.sqrt(step["resolved_squared_error"]) == pytest.approx(found, rel=1e-9)
        assert world.curve("w0").loc[time, "share_open"] == step["share_open"]


def test_curves_are_those_of_lifelines(world: World) -> None:
    for unit in set(world.exits["unit"]):
        exits, curve = world.of(unit), world.curve(unit)
        left = exits["censored"] == 0
        fitted = lifelines.KaplanMeierFitter().fit(exits["seconds"] / SECONDS, left)
        limits = fitted.confidence_interval_.reindex(curve.index, method="ffill")
        np.testing.assert_allclose(curve["share_open"], fitted.predict(curve.index), atol=1e-11)
        np.testing.assert_allclose(curve[["ci_low", "ci_high"]], limits, atol=1e-9)
        if exits["seconds"].is_unique and exits["seconds"].min() > 0 and exits["resolved"].any():
            kinds = exits["resolved"] + 2 * exits["withdrawn"]
            aalen = lifelines.AalenJohansenFitter().fit(exits["seconds"] / SECONDS, kinds, 1)
            shares = aalen.cumulative_density_.iloc[:, 0].reindex(curve.index, method="ffill")
            np.testing.assert_allclose(curve["share_resolved"], shares, atol=1e-11)
