"""Actions, inspections, causes and recurrences as the models compute them, against other computations.

The models run on the files of a simulated organisation, and on worlds of their own where the truth is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from sql_models import build_models, compiled_models

from evenkeel.simulate import Options, simulate

AS_OF = "2026-06-30"
UNTIL = date(2026, 6, 30)
END = pd.Timestamp("2026-06-30 16:00:00")
"""The first moment after as_of, in UTC."""
MARTS = (
    *("corrective_action_status", "corrective_action_effects", "complaint_causes"),
    *("fct_corrective_actions", "fct_inspections", "fct_inspected_contacts"),
)
ENTITIES = (
    *("org_units", "corrective_actions", "inspections", "inspection_items"),
    *("complaints", "complaint_events", "contacts"),
)
Nodes = Mapping[str, Mapping[str, Any]]
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Nodes:
    return compiled_models(MARTS, tmp_path_factory.mktemp("home"), AS_OF)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulated") / "landing"
    simulate(out, Options("tiny", 5, until=UNTIL))
    return out


@cache
def landed(landing: Path, entity: str) -> pd.DataFrame:
    """The files of an entity as text; stamps in UTC."""
    file = next((landing / entity).iterdir())
    read = "read_csv('{}', all_varchar = true, union_by_name = true)"
    if file.suffix == ".parquet":
        read = "read_parquet('{}', union_by_name = true)"
    files = landing / entity / f"*{file.suffix}"
    frame = duckdb.connect().execute(f"from {read.format(files)}").df()
    for column in ("received_at", "inspected_at", "occurred_at", "started_at"):
        if column in frame:
            local = pd.to_datetime(frame[column], format="ISO8601")
            frame[column] = local - timedelta(hours=8)
    return frame


@pytest.fixture(scope="module")
def built(nodes: Nodes, landing: Path) -> duckdb.DuckDBPyConnection:
    return build_models(nodes, {e: landed(landing, e).to_dict("records") for e in ENTITIES})


def mart(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    return connection.execute(f"from {name}").df()


def flags(column: pd.Series) -> pd.Series:
    return column.map({"true": True, "false": False}).astype("boolean")


# Facts


def test_actions_are_what_their_dates_say(built: duckdb.DuckDBPyConnection, landing: Path) -> None:
    found = mart(built, "marts.fct_corrective_actions").set_index("action_id")
    rows = landed(landing, "corrective_actions").set_index("action_id").loc[found.index]
    end = pd.Timestamp(AS_OF)
    due, done = (pd.to_datetime(rows[c]) for c in ("due_on", "completed_on"))
    expected = {
        "on_time": (done <= due).where(due.notna() & (done.notna() | (due <= end))),
        "verified": rows["verified_on"].notna().where(done.notna()),
        "effective": flags(rows["verified_passed"]).where(rows["verified_on"].notna()),
        "customers_told": rows["customers_told_on"]
        .notna()
        .where(done.notna() & rows["source"].isin(["survey", "complaint"])),
    }
    for measure, values in expected.items():
        assert found[measure].notna().sum() > 0
        pd.testing.assert_series_equal(
            found[measure].astype("Float64"), values.astype("Float64"), check_names=False
        )


def test_inspections_agree_with_a_count_of_their_checks(
    built: duckdb.DuckDBPyConnection, landing: Path
) -> None:
    found = mart(built, "marts.fct_inspections").set_index("inspection_id").sort_index()
    items = landed(landing, "inspection_items")
    items = items[items["is_applicable"].fillna("true") == "true"]
    passed = items["passed"] == "true"
    failed = ~passed & (items["is_critical"] == "true")
    counts = pd.DataFrame(
        {
            "items_checked": passed.groupby(items["inspection_id"]).size(),
            "items_passed": passed.groupby(items["inspection_id"]).sum(),
            "critical_error_free": failed.groupby(items["inspection_id"]).sum() == 0,
        }
    ).sort_index()
    assert list(found.index) == list(counts.index)
    for column in counts:
        assert (found[column].astype(float) == counts[column].astype(float)).all(), column
    share = 100 * counts["items_passed"] / counts["items_checked"]
    assert (found["inspection_score"].astype(float) - share).abs().max() <= 0.05 + 1e-9


def test_inspected_contacts_are_the_handled_ones_that_were_checked(
    built: duckdb.DuckDBPyConnection, landing: Path
) -> None:
    contacts = landed(landing, "contacts").set_index("contact_id")
    checked = set(landed(landing, "inspections")["contact_id"].dropna())
    outcome = contacts["outcome"].to_dict()
    inbound = (contacts["direction"].fillna("inbound") == "inbound").to_dict()
    expected = {c for c in checked if outcome.get(c) == "answered" and inbound[c]}
    found = mart(built, "marts.fct_inspected_contacts")
    assert set(found["contact_id"]) == expected
    assert len(found) == len(expected) > 100


# Causes


def cases_of(landing: Path) -> pd.DataFrame:
    """Complaints, whether in scope and not withdrawn, and whether the cause came again within 90 days."""
    frame = landed(landing, "complaints")
    frame = frame[frame["case_type"].fillna("complaint") == "complaint"].reset_index(drop=True)
    events = landed(landing, "complaint_events")
    withdrawn = set(events.loc[events["event_type"] == "withdrawn", "complaint_id"])
    frame["in_base"] = (frame["in_scope"].fillna("true") == "true") & ~frame["complaint_id"].isin(
        withdrawn
    )
    cause = ("root " + frame["root_cause"]).fillna("category " + frame["category"])
    moments = frame["received_at"]
    again: list[float | None] = []
    for row in frame.itertuples():
        limit = row.received_at + timedelta(days=90)
        if not row.in_base or limit > END:
            again.append(None)
            continue
        like = frame["in_base"] & (cause == cause[row.Index])
        like &= frame["org_unit_id"] == row.org_unit_id
        again.append(float((like & (moments > row.received_at) & (moments <= limit)).any()))
    frame["recurred"] = pd.array(again, "Float64")
    return frame


def test_causes_are_those_of_the_complaints(
    built: duckdb.DuckDBPyConnection, landing: Path
) -> None:
    cases = cases_of(landing)
    month = (cases["received_at"] + timedelta(hours=8)).dt.strftime("%Y-%m")
    cases["upheld"] = flags(cases["upheld"]).where(cases["in_base"]).astype("Float64")
    found = mart(built, "marts.complaint_causes")
    found = found[(found["org_unit_id"] == "all")]
    checked = 0
    for dimension in ("category", "root_cause", "touchpoint"):
        values = cases[dimension].fillna("unknown")
        for period_type, keys in {"month": month, "year": month.str[:4]}.items():
            for (key, value), group in cases.groupby([keys, values]):
                row = found[
                    (found["period_type"] == period_type) & (found["period_key"] == key)
                    & (found["dimension"] == dimension) & (found["dimension_value"] == value)
                ].iloc[0]  # fmt: skip
                all_of_period = values[keys == key].value_counts()
                n, total = len(group), int(all_of_period.sum())
                assert (row["complaints"], row["all_complaints"]) == (n, total)
                assert row["pareto_rank"] == 1 + (all_of_period > n).sum()
                larger = all_of_period[all_of_period >= n].sum()
                assert row["cumulative_share"] == pytest.approx(100 * larger / total)
                low, high = wilson(n, total)
                assert (row["share_low"], row["share_high"]) == pytest.approx((low, high))
                for name, column, base in (
                    ("upheld", "upheld", "assessed"), ("recurrence", "recurred", "observed"),
                ):  # fmt: skip
                    known, yes = int(group[column].count()), int(group[column].sum())
                    assert (row[base], row[column]) == (known, yes)
                    if known:
                        limits = (row[f"{name}_share_low"], row[f"{name}_share_high"])
                        assert limits == pytest.approx(wilson(yes, known))
                checked += 1
    assert checked > 60
    assert 0 < found["recurred"].sum() < found["observed"].sum()


def wilson(events: int, n: int) -> tuple[float, float]:
    interval = stats.binomtest(events, n).proportion_ci(method="wilson")
    return 100 * interval.low, 100 * interval.high


def test_units_below_share_the_complaints_of_the_unit_above(
    built: duckdb.DuckDBPyConnection,
) -> None:
    found = mart(built, "marts.complaint_causes")
    keys = ["period_type", "period_key", "org_unit_id"]
    totals = found[found["dimension"] == "category"].groupby(keys)["complaints"].sum()
    levels = found[found["dimension"].str.startswith("unit:")]
    assert set(levels["dimension"]) >= {"unit:region", "unit:site", "unit:team"}
    below = levels.groupby([*keys, "dimension"])["complaints"].sum().reset_index("dimension")
    assert (below["complaints"] == totals.loc[below.index]).all()


# Effects of actions


def world(
    rng: np.random.Generator, *, working: float, trend: float, teams: int = 60, rate: float = 0.25
) -> Rows:
    """Complaints of one cause; actions on some of them, after which they come at `working` of the rate."""
    start, days = date(2025, 1, 1), 546
    units = [
        {"org_unit_id": f"t{n}", "org_unit_name": "t", "org_level": "team"} for n in range(teams)
    ]
    complaints: list[dict[str, Any]] = []
    actions: list[dict[str, Any]] = []
    for n in range(teams):
        level = rate * rng.gamma(2, 0.5)
        done: int | None = None
        for day in range(days):
            now = level * (trend if day > days / 2 else 1)
            if done is not None and day >= done:
                now *= working
            for _ in range(rng.poisson(now)):
                key = f"c{n}-{len(complaints)}"
                complaints.append(
                    {
                        "complaint_id": key, "org_unit_id": f"t{n}", "category": "late", "channel": "app",
                        "received_at": f"{start + timedelta(days=day)} 04:00:00",
                    }
                )  # fmt: skip
                if done is None and n % 2 and rng.random() < 0.01:
                    done = day + 15
                    if done < days:
                        on = str(start + timedelta(days=done))
                        actions.append(
                            {
                                "action_id": f"a{n}", "org_unit_id": f"t{n}", "source": "complaint",
                                "source_key": key, "cause": "late", "completed_on": on, "opened_on": on,
                            }
                        )  # fmt: skip
    return {"org_units": units, "complaints": complaints, "corrective_actions": actions}


@pytest.mark.parametrize(("working", "trend"), [(0.5, 1.0), (1.0, 1.6), (0.6, 0.7)])
def test_a_planted_effect_is_found_and_none_where_there_is_none(
    nodes: Nodes, working: float, trend: float
) -> None:
    """Choosing units because of a complaint feigns no effect, nor does a trend that all units share."""
    rows = world(np.random.default_rng(3), working=working, trend=trend)
    connection = build_models(nodes, rows)
    found = mart(connection, "marts.corrective_action_effects").set_index("verification")
    row = found.loc["all"]
    assert row["state"] == "ok"
    assert row["ratio_low"] < working < row["ratio_high"]
    assert (row["ratio_high"] < 1) == (working < 1)
    states = mart(connection, "marts.corrective_action_status")["effect_state"]
    assert (states == "better").sum() >= (2 if working < 1 else 0)
    assert (states == "worse").sum() <= 1


def likelihood_ratio_of_ratios(row: pd.Series, exposure: Sequence[float]) -> tuple[float, float]:
    """The interaction of side and phase in a Poisson regression fitted by numbers, and its error."""
    events = row[["before_events", "after_events", "others_before_events", "others_after_events"]]
    counts = events.to_numpy(float)
    design = np.array([[1, 0, 1, 0], [1, 1, 1, 1], [1, 0, 0, 0], [1, 1, 0, 0]], float)
    offset = np.log(np.asarray(exposure, float))

    def loss(beta: np.ndarray) -> float:
        linear = design @ beta + offset
        return float((np.exp(linear) - counts * linear).sum())

    def slope(beta: np.ndarray) -> np.ndarray:
        return np.asarray(design.T @ (np.exp(design @ beta + offset) - counts))

    begin = np.array([np.log(counts.sum() / np.exp(offset).sum()), 0, 0, 0])
    fit = optimize.minimize(loss, begin, jac=slope, method="BFGS", options={"gtol": 1e-10})
    means = np.exp(design @ fit.x + offset)
    covariance = np.linalg.inv(design.T @ (means[:, None] * design))
    return float(np.exp(fit.x[3])), float(np.sqrt(covariance[3, 3]))


def test_the_ratio_of_ratios_is_that_of_a_poisson_regression(nodes: Nodes) -> None:
    rows = world(np.random.default_rng(8), working=0.6, trend=1.2)
    connection = build_models(nodes, rows)
    status = mart(connection, "marts.corrective_action_status").set_index("action_id")
    cells = mart(connection, "intermediate.int_action_effects").set_index("action_id")
    judged = status[status["ratio"].notna()]
    assert len(judged) >= 10
    for action, row in judged.iterrows():
        names = ("before", "after", "others_before", "others_after")
        exposure = [cells.loc[action, f"{name}_exposure"] for name in names]
        ratio, error = likelihood_ratio_of_ratios(row, exposure)
        limits = (ratio * np.exp(-1.959964 * error), ratio * np.exp(1.959964 * error))
        assert row["ratio"] == pytest.approx(ratio, rel=1e-4)
        assert (row["ratio_low"], row["ratio_high"]) == pytest.approx(limits, rel=1e-3)


def test_the_cells_are_a_count_of_the_complaints(nodes: Nodes) -> None:
    rows = world(np.random.default_rng(4), working=0.6, trend=1.2, teams=20)
    connection = build_models(nodes, rows)
    status = mart(connection, "marts.corrective_action_status").set_index("action_id")
    actions = pd.DataFrame(rows["corrective_actions"])
    cases = pd.DataFrame(rows["complaints"])
    cases = cases[~cases["complaint_id"].isin(actions["source_key"])]
    day = pd.to_datetime(cases["received_at"]).dt.normalize()
    actions["done"] = pd.to_datetime(actions["completed_on"])
    for action in actions.itertuples():
        row = status.loc[action.action_id]
        first = max(action.done - timedelta(days=180), day.min())
        end = min(action.done + timedelta(days=180), pd.Timestamp(AS_OF) + timedelta(days=1))
        assert (row["before_from"], row["after_to"]) == (first, end)
        within = (actions["done"] > first) & (actions["done"] < end)
        others = {f"t{n}" for n in range(20)} - set(actions.loc[within, "org_unit_id"])
        for name, units in (("", {action.org_unit_id}), ("others_", others)):
            mine = cases["org_unit_id"].isin(units)
            before = mine & (day >= first) & (day < action.done)
            after = mine & (day >= action.done) & (day < end)
            counts = (row[f"{name}before_events"], row[f"{name}after_events"])
            assert counts == (before.sum(), after.sum())
            rate = 30.4375 * after.sum() / (len(units) * (end - action.done).days)
            assert row[f"{name}after_rate"] == pytest.approx(rate)


def test_every_action_of_the_organisation_has_a_state_and_an_answer(
    built: duckdb.DuckDBPyConnection, landing: Path
) -> None:
    found = mart(built, "marts.corrective_action_status")
    rows = landed(landing, "corrective_actions").set_index("action_id")
    assert set(found["action_id"]) == set(rows.index)
    done = rows["completed_on"].notna().loc[found["action_id"]].to_numpy()
    assert ((found["effect_state"] == "not_completed") == ~done).all()
    planted = json.loads((landing / "truth.json").read_text())["planted"]["corrective_actions"]
    verified = found[found["state"].isin(["verified", "failed_verification"])]
    rightly = (verified["state"] == "verified") == verified["action_id"].isin(planted["working"])
    assert rightly.mean() > planted["works"]
