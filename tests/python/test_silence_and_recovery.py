"""The silent, the iceberg, recovery and volumes against pandas and scipy over a random world, told row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pytest
from complaint_world import (
    AS_OF,
    KEY,
    Row,
    World,
    day_of,
    is_complaint,
    meetings,
    periods_of,
    resolutions,
    scores_of,
    some_world,
    spread,
    tier_of,
)
from pandas import DataFrame
from scipy import stats
from sql_models import build_models, compiled_models
from survey_cells import wilson

MARTS = ("silent_dissatisfaction", "service_recovery", "int_unit_volumes")


@pytest.fixture(scope="module")
def world() -> World:
    return some_world(np.random.default_rng(11))


@pytest.fixture(scope="module")
def tables(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    nodes = compiled_models(MARTS, tmp_path_factory.mktemp("home"), str(AS_OF))
    with build_models(nodes, world) as connection:
        yield connection


def same(found: DataFrame, wanted: DataFrame) -> None:
    """The mart has exactly the expected rows, and in each the expected figures."""
    ours, theirs = wanted.set_index(KEY).sort_index(), found.set_index(KEY).sort_index()
    assert not ours.index.symmetric_difference(theirs.index).size
    for column in ours:
        if isinstance(ours[column].dropna().iloc[0], str):
            assert (ours[column] == theirs[column]).all(), column
        else:
            np.testing.assert_allclose(
                theirs[column].astype(float), ours[column].astype(float), rtol=1e-7, atol=1e-6, err_msg=column
            )  # fmt: skip


def people(cell: DataFrame) -> int:
    return int(cell["person"].nunique())


# The silent


@pytest.fixture(scope="module")
def silence(world: World) -> DataFrame:
    """Return what each cell says of the dissatisfied."""
    said, ties = scores_of(world), meetings(world)
    near = {response for (response, _), tie in ties.items() if tie["near"]}
    rows = []
    for response in world["survey_responses"]:
        key, day = response["response_id"], day_of(response["submitted_at"])
        if (
            response["is_test"]
            or response["survey_id"] == "T"
            or not said.get(key, {}).get("asked")
        ):
            continue
        is_low = said[key]["low"]
        linked = is_low and response["customer_id"] is not None
        judged = linked and day + timedelta(30) <= AS_OF
        cuts = {"tier": tier_of(response), "channel": response["channel"]}
        rows += spread(
            day, response["org_unit_id"], cuts, ("month", "quarter", "year"),
            person=response["customer_id"] or key, low=is_low, linked=linked, judged=judged,
            told=judged and key in near,
        )  # fmt: skip
    served, complaining = (
        DataFrame(rows_of_cases).groupby(KEY)["person"].nunique()
        for rows_of_cases in (
            [
                row for case in cases
                for row in spread(
                    day_of(case[stamp]), case["org_unit_id"], {"tier": tier_of(case)},
                    ("month", "quarter", "year"), person=case["customer_id"],
                ) if case["customer_id"]
            ]
            for cases, stamp in (
                ([row for row in world["contacts"] if row["outcome"] != "not_a_contact"], "started_at"),
                ([row for row in world["complaints"] if is_complaint(row)], "received_at"),
            )
        )
    )  # fmt: skip
    return DataFrame(
        dict(zip(KEY, key, strict=True))
        | silent_figures(cell, served.get(key), int(complaining.get(key, 0)))
        for key, cell in DataFrame(rows).groupby(KEY)
    )


def silent_figures(cell: DataFrame, served: int | None, complaining: int) -> Row:
    n, low, judged, told = len(cell), *(int(cell[c].sum()) for c in ("low", "judged", "told"))
    hidden = people(cell) < 5
    judged_hidden = 0 < people(cell[cell["judged"]]) < 5
    row: Row = {"customers_served": served, "customers_complaining": served and complaining}
    row["state"] = "hidden_small" if hidden else "low_base" if n < 30 else "ok"
    row["linked_state"] = (
        "hidden_small" if hidden or judged_hidden else "not_measured" if not judged
        else "low_base" if judged < 30 else "ok"
    )  # fmt: skip
    row["iceberg_state"] = (
        "hidden_small" if hidden else "no_population" if served is None else "no_dissatisfied" if not low
        else "no_complainers" if not complaining else row["state"]
    )  # fmt: skip
    if not hidden:
        names = ("dissatisfied_share", "dissatisfied_low", "dissatisfied_high")
        row |= {"respondents": n, "dissatisfied": low} | dict(
            zip(names, wilson(low, n), strict=True)
        )
        if row["iceberg_state"] in {"ok", "low_base"} and served:
            ratio = served * low / n / complaining
            error = 1.959963984540054 * math.sqrt((1 - low / n) / low + 1 / complaining)
            row["iceberg_ratio"] = ratio - 1
            row["iceberg_low"], row["iceberg_high"] = (
                ratio * math.exp(s * error) - 1 for s in (-1, 1)
            )
    if not hidden and not judged_hidden:
        row |= {
            "linked": int(cell["linked"].sum()),
            "judged": judged,
            "complained": told,
            "silent": judged - told,
        }
        if judged:
            names = ("complainer_share", "complainer_low", "complainer_high")
            row |= dict(zip(names, wilson(told, judged), strict=True))
            names = ("silent_share", "silent_low", "silent_high")
            row |= dict(zip(names, wilson(judged - told, judged), strict=True))
        if told:
            row["silent_per_complainer"] = (judged - told) / told
    return row


def test_the_silent_are_those_of_whom_no_complaint_is_known(
    tables: duckdb.DuckDBPyConnection, silence: DataFrame
) -> None:
    for state in ("state", "linked_state"):
        assert {"ok", "low_base", "hidden_small"} <= set(silence[state])
    assert {"no_population", "no_complainers"} <= set(silence["iceberg_state"])
    found = tables.execute("select * from marts.silent_dissatisfaction").df()
    same(found, silence)
    hidden = found[found["state"] == "hidden_small"].drop(
        columns=["customers_served", "customers_complaining"]
    )
    assert hidden.select_dtypes("number").isna().all(axis=None)


def test_the_iceberg_has_the_interval_of_a_bootstrap(tables: duckdb.DuckDBPyConnection) -> None:
    cells = tables.execute(
        "select * from marts.silent_dissatisfaction "
        "where iceberg_state = 'ok' and slice = 'all' and customers_complaining >= 20"
    ).df()
    assert len(cells) >= 3
    random = np.random.default_rng(2)
    for cell in cells.itertuples():
        low = random.binomial(cell.respondents, cell.dissatisfied / cell.respondents, 200_000)
        told = random.poisson(cell.customers_complaining, 200_000).clip(1)
        drawn = cell.customers_served * low / cell.respondents / told
        wanted = np.quantile(drawn, [0.025, 0.975])
        np.testing.assert_allclose([cell.iceberg_low + 1, cell.iceberg_high + 1], wanted, rtol=0.1)


# Recovery


@pytest.fixture(scope="module")
def recovery(world: World) -> DataFrame:
    """Return what each cell says of satisfaction after a resolution, before the complaint, and without one."""
    said, ties = scores_of(world), meetings(world)
    responses = {
        row["response_id"]: row for row in world["survey_responses"]
        if not row["is_test"] and row["survey_id"] != "T" and said.get(row["response_id"], {}).get("scores")
    }  # fmt: skip
    complaints = {row["complaint_id"]: row for row in world["complaints"]}
    rows = []
    for key, resolved_at in resolutions(world).items():
        complaint = complaints[key]
        received = complaint["received_at"]
        near = sorted(
            (responses[r]["submitted_at"], r, tie) for (r, c), tie in ties.items() if c == key and r in responses
        )  # fmt: skip
        days = {r: (day_of(stamp) - day_of(received)).days for stamp, r, _ in near}
        # The latest day, and of one day the first id.
        before = [
            (stamp, r) for stamp, r, tie in near
            if not tie["named"] and stamp < received and days[r] >= -365
        ]  # fmt: skip
        last = (
            min((r for stamp, r in before if stamp == before[-1][0]), default=None)
            if before
            else None
        )
        after = [
            (stamp, r) for stamp, r, _ in near
            if stamp >= resolved_at and days[r] - (day_of(resolved_at) - day_of(received)).days <= 90
        ]  # fmt: skip
        score = {r: min(said[r]["scores"]) for r in days}
        figures = {
            "person": complaint["customer_id"] or key,
            "resolved": True,
            "days": length(received, resolved_at),
        }
        figures["about"] = any(
            tie["about"] and stamp >= resolved_at and "top2" in said[r] for stamp, r, tie in near
        ) and next(
            "top2" in said[r] for stamp, r, tie in near if tie["about"] and stamp >= resolved_at
        )
        if after:
            figures |= {"after": score[after[0][1]]}
            if last:
                figures |= {"before": score[last], "wait": length(received, after[0][0])}
        cuts = {"tier": tier_of(complaint), "severity": complaint["severity"]}
        rows += spread(
            day_of(resolved_at), complaint["org_unit_id"], cuts, ("quarter", "year"), **figures
        )
    touched = {response for (response, _), tie in ties.items() if tie["touched"]}
    calm = [
        row for key, response in responses.items() if response["customer_id"] and key not in touched
        for row in spread(
            day_of(response["submitted_at"]), response["org_unit_id"], {"tier": tier_of(response)},
            ("quarter", "year"), person=response["customer_id"], score=min(said[key]["scores"]),
        )
    ]  # fmt: skip
    untouched = dict(iter(DataFrame(calm).groupby(KEY)))
    found = []
    for key, cell in DataFrame(rows).groupby(KEY):
        whole = (*key[:3], "all", "all") if key[3] == "severity" else key
        figures = recovery_figures(cell, untouched.get(whole))
        found.append(dict(zip(KEY, key, strict=True)) | figures)
    return DataFrame(found)


def length(start: str, end: str) -> float:
    return (np.datetime64(end) - np.datetime64(start)) / np.timedelta64(1, "D")


def recovery_figures(cell: DataFrame, untouched: DataFrame | None) -> Row:
    after, pairs = cell[cell["after"].notna()], cell[cell["before"].notna()]
    row: Row = {"resolved": len(cell), "days_to_resolution": lower_median(cell["days"])}
    row["state"] = (
        "not_measured" if after.empty else "hidden_small" if people(after) < 5
        else "low_base" if len(after) < 30 else "ok"
    )  # fmt: skip
    about = cell[cell["about"].astype(bool)]
    row["answered_about"] = None if 0 < people(about) < 5 else len(about)
    if people(after) >= 5:
        row["after_mean"] = after["after"].mean()
        row["after_low"], row["after_high"] = stats.ttest_1samp(
            after["after"], 0
        ).confidence_interval()
    if people(pairs) >= 5:
        change = pairs["after"] - pairs["before"]
        k = int((change >= 0).sum())
        row |= {
            "change_mean": change.mean(),
            "before_mean": pairs["before"].mean(),
            "recovered_count": k,
        }
        row["change_low"], row["change_high"] = stats.ttest_1samp(change, 0).confidence_interval()
        row |= dict(
            zip(
                ("recovered_share", "recovered_low", "recovered_high"),
                wilson(k, len(pairs)),
                strict=True,
            )
        )
        row["days_to_recovery"] = lower_median(pairs["wait"][change >= 0])
    if untouched is not None and people(untouched) >= 5:
        row |= {"untouched": len(untouched), "untouched_mean": untouched["score"].mean()}
    elif untouched is None:
        row["untouched"] = 0
    row["paradox_state"] = "too_few"
    if people(after) >= 5 and untouched is not None and people(untouched) >= 5:
        test = stats.ttest_ind(
            after["after"], untouched["score"], equal_var=False
        ).confidence_interval()
        row["difference_low"], row["difference_high"] = test
        row["paradox_state"] = (
            "paradox" if test[0] > 0 else "no_paradox" if test[1] < 0 else "undecided"
        )
    return row


def lower_median(values: Any) -> float | None:
    return sorted(values)[(len(values) - 1) // 2] if len(values) else None


def test_recovery_is_compared_with_before_and_with_the_untouched(
    tables: duckdb.DuckDBPyConnection, recovery: DataFrame
) -> None:
    assert {"low_base", "hidden_small", "not_measured"} <= set(recovery["state"])
    assert {"undecided", "too_few"} <= set(recovery["paradox_state"])
    assert recovery["recovered_share"].notna().sum() > 10
    same(tables.execute("select * from marts.service_recovery").df(), recovery)


# Volumes


def volume(
    reports: dict[tuple[str, str, date], float], unit: str, measure: str, month: date
) -> float | None:
    """Return what a unit reports of itself, or else what is reported below it."""
    if (unit, measure, month) in reports:
        return reports[unit, measure, month]
    moved = month >= date(2026, 2, 1)
    tree = {"HQ": ["S1", "S2"], "S1": ["T3"] + ["T1"] * (not moved), "S2": ["T2"] + ["T1"] * moved}
    below = [volume(reports, child, measure, month) for child in tree.get(unit, [])]
    known = [quantity for quantity in below if quantity is not None]
    return sum(known) if known else None


def test_volumes_are_means_of_months_with_nothing_counted_twice(
    tables: duckdb.DuckDBPyConnection, world: World
) -> None:
    reports = {
        (row["org_unit_id"], row["measure"], row["month"]): row["quantity"]
        for row in world["unit_volumes"]
    }
    months = sorted({month for _, _, month in reports})
    rows = []
    for measure in ("households", "subscribers"):
        for month in months:
            found = {
                unit: volume(reports, unit, measure, month)
                for unit in ("HQ", "S1", "S2", "T1", "T2", "T3")
            }
            whole = [found["HQ"], reports.get(("gone", measure, month))]
            known = [quantity for quantity in whole if quantity is not None]
            found["all"] = sum(known) if known else None
            rows += [
                {"measure": measure, "org_unit_id": unit, "period_type": kind, "period_key": key, "volume": quantity}
                for unit, quantity in found.items() if quantity is not None
                for kind, key in periods_of(month).items()
            ]  # fmt: skip
    key = ["measure", "org_unit_id", "period_type", "period_key"]
    wanted = DataFrame(rows).groupby(key)["volume"].mean()
    shown = tables.execute(
        "select * from intermediate.int_unit_volumes where period_type in ('month', 'quarter', 'year')"
    ).df()
    theirs = shown.set_index(key)["value_sum"].astype(float).sort_index()
    assert list(theirs.index) == list(wanted.index)
    np.testing.assert_allclose(theirs, wanted, rtol=1e-9)
