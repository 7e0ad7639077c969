"""Figures of customers who come, buy again and leave, against pandas over the files themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from whole import build_tables, evenkeel, run

UNTIL = date(2026, 6, 30)
MONTHS = pd.period_range("2026-01", "2026-06", freq="M")


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("customers") / "landing"
    evenkeel("simulate", "--out", folder, "--size", "tiny", "--seed", "3", "--until", str(UNTIL))
    return folder


@pytest.fixture(scope="module")
def tables(landing: Path) -> duckdb.DuckDBPyConnection:
    home = landing.parent / "home"
    run("load", landing, home, UNTIL)
    run("build", landing, home, UNTIL)
    return build_tables(home)


@pytest.fixture(scope="module")
def customers(landing: Path) -> pd.DataFrame:
    """Return one row per customer: the latest extract, and a referral if anybody says so."""
    listed = pd.concat(
        pd.read_csv(path, dtype=str) for path in sorted((landing / "customers").glob("*.csv"))
    )
    last = (
        listed.sort_values("extracted_on").groupby("customer_id").tail(1).set_index("customer_id")
    )
    bought = purchases_of(landing)
    referred = set(bought.loc[bought["referred_by_customer_id"].notna(), "customer_id"])
    last["is_referral"] = last["acquisition_source"].eq("referral") | last.index.isin(referred)
    for column in ("since_on", "left_on"):
        last[column] = pd.to_datetime(last[column])
    return last


def purchases_of(landing: Path) -> pd.DataFrame:
    paths = sorted((landing / "purchases").glob("*.csv"))
    return pd.concat(pd.read_csv(path, dtype=str) for path in paths)


def values(
    tables: duckdb.DuckDBPyConnection, metric: str, period: str
) -> dict[str, tuple[float, ...]]:
    rows = tables.execute(
        "SELECT period_key, value, value_sum, base_count FROM marts.metric_values "
        "WHERE metric_id = ? AND period_type = ? AND org_unit_id = 'all' AND slice = 'all'",
        [metric, period],
    ).fetchall()
    return {key: tuple(rest) for key, *rest in rows}


def test_churn_is_leavers_over_the_mean_of_opening_and_closing(
    tables: duckdb.DuckDBPyConnection, customers: pd.DataFrame
) -> None:
    found = values(tables, "customer_churn_annual", "month")
    assert sorted(found) == [str(month) for month in MONTHS]
    for month in MONTHS:
        since, left = customers["since_on"], customers["left_on"]
        gone = left.between(month.start_time, month.end_time)
        opening = (since < month.start_time) & (left.isna() | (left >= month.start_time))
        closing = (since <= month.end_time) & (left.isna() | (left > month.end_time))
        average = (opening.sum() + closing.sum()) / 2
        expected = 100 * gone.sum() / average * 365.25 / month.days_in_month
        assert found[str(month)][0] == pytest.approx(expected, rel=1e-12)
        assert gone.sum() > 0


def test_referrals_are_counted_among_new_customers(
    tables: duckdb.DuckDBPyConnection, customers: pd.DataFrame
) -> None:
    found = values(tables, "referral_share", "month")
    for month in MONTHS:
        new = customers[customers["since_on"].between(month.start_time, month.end_time)]
        assert found[str(month)][1:] == (int(new["is_referral"].sum()), len(new))


@pytest.mark.parametrize(("period", "frequency"), [("month", "M"), ("quarter", "Q")])
def test_who_bought_in_two_periods_on_end_bought_again(
    tables: duckdb.DuckDBPyConnection, landing: Path, period: str, frequency: str
) -> None:
    bought = purchases_of(landing)
    bought["period"] = pd.PeriodIndex(pd.to_datetime(bought["purchased_on"]), freq=frequency)
    buyers = bought.groupby("period")["customer_id"].agg(set)
    expected = {
        str(now).replace("Q", "-Q"): (len(buyers[now] & buyers[now - 1]), len(buyers[now - 1]))
        for now in buyers.index
        if now - 1 in buyers.index
    }
    found = values(tables, "repeat_purchase_share", period)
    assert {key: its[1:] for key, its in found.items() if its[2]} == expected
    assert any(again for again, _ in expected.values())


def test_leavings_are_those_of_the_files(
    tables: duckdb.DuckDBPyConnection, customers: pd.DataFrame
) -> None:
    rows = tables.execute(
        "SELECT leaving_reason, count(*) FROM marts.customer_leavings GROUP BY 1"
    ).fetchall()
    left = customers[customers["left_on"].notna()]
    assert dict(rows) == left["leaving_reason"].fillna("unknown").value_counts().to_dict()
