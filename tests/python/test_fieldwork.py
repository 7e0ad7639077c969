"""Invitations, drop-off and raked scores as the models compute them, on random rows, against other computations.

The compiled SQL of the models runs on rows of a scratch database, as in test_models_limits.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

ROOT = Path(__file__).resolve().parents[2]
MODELS = (
    *("int_survey_invitations", "fct_survey_invitations", "survey_fieldwork"),
    *("int_question_order", "int_question_days", "question_drop_off", "int_raked_estimates"),
)
START = pd.Timestamp(date(2026, 3, 1))
DAY = timedelta(days=1)
DISPOSITIONS = ("complete", "partial", "refused", "non_contact", "ineligible", "unknown")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The SQL of each model, as dbt sends it to DuckDB."""
    home = tmp_path_factory.mktemp("home")
    command = [
        str(Path(sys.executable).parent / "dbt"), "--quiet", "compile", "--select", *MODELS,
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT),
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
    ]  # fmt: skip
    environment = {**os.environ, "EVENKEEL_HOME": str(home), "EVENKEEL_AS_OF": "2026-12-31"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return {path.stem: path.read_text() for path in (home / "target").rglob("compiled/**/*.sql")}


def run_model(sql: str, tables: Mapping[str, tuple[str, list[dict[str, Any]]]]) -> pd.DataFrame:
    """Run a model's SQL on tables given as their types and rows; what a row leaves out is missing."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as evenkeel")
    for name, (types, rows) in tables.items():
        connection.execute(f"create schema if not exists evenkeel.{name.split('.')[0]}")
        connection.execute(f"create table evenkeel.{name} ({types})")
        columns = [column.split()[0] for column in types.split(", ")]
        marks = ", ".join("?" for _ in columns)
        values = [[row.get(column) for column in columns] for row in rows]
        if values:
            connection.executemany(f"insert into evenkeel.{name} values ({marks})", values)
    frame: pd.DataFrame = connection.execute(sql).df()
    return frame


STAMPS = ("delivered_at", "bounced_at", "opened_at", "started_at", "completed_at", "opted_out_at")


def random_invitations(seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Invitations to a few customers, many at the same moment or 30 days apart, and responses to some."""
    draw = np.random.default_rng(seed)
    invitations, responses = [], []
    for number in range(600):
        row: dict[str, Any] = {
            "invitation_id": f"i{draw.integers(10**9):09d}-{number}",
            "survey_id": str(draw.choice(["s1", "s2"])),
            "sent_at": START + DAY * int(draw.integers(0, 90)) + timedelta(seconds=int(draw.integers(0, 2))),
        }  # fmt: skip
        if draw.random() < 0.95:
            row["customer_id"] = f"c{draw.integers(0, 60)}"
        for stamp in STAMPS:
            if draw.random() < 0.25:
                row[stamp] = row["sent_at"] + timedelta(hours=int(draw.integers(1, 50)))
        if draw.random() < 0.2:
            row["disposition"] = str(draw.choice(DISPOSITIONS))
        invitations.append(row)
        if draw.random() < 0.2:
            responses.append({
                "response_id": f"r{number}", "invitation_id": row["invitation_id"],
                "status": draw.choice(np.array(["complete", "partial", None], dtype=object)),
                "is_test": bool(draw.random() < 0.2),
            })  # fmt: skip
    return invitations, responses


def fate(row: dict[str, Any], statuses: list[str]) -> str:
    """What became of an invitation, told as a story."""
    if row.get("disposition"):
        return str(row["disposition"])
    if "complete" in statuses or row.get("completed_at"):
        return "complete"
    if statuses:
        return "partial"
    for stamp, outcome in (
        ("started_at", "partial"),
        ("opted_out_at", "refused"),
        ("opened_at", "non_contact"),
        ("bounced_at", "unknown"),
        ("delivered_at", "non_contact"),
    ):
        if row.get(stamp):
            return outcome
    return "unknown"


def measures(
    row: dict[str, Any], statuses: list[str], all_rows: list[dict[str, Any]]
) -> dict[str, int | None]:
    outcome = fate(row, statuses)
    started = outcome in {"complete", "partial"} or bool(
        row.get("started_at") or row.get("completed_at")
    )
    reached = (
        started
        or bool(statuses)
        or outcome == "refused"
        or bool(row.get("opened_at") or row.get("opted_out_at"))
    )
    delivered = reached or bool(row.get("delivered_at") and not row.get("bounced_at"))
    me = (row["sent_at"], row["invitation_id"])
    window = [
        other
        for other in all_rows
        if other.get("customer_id") == row.get("customer_id")
        and other["sent_at"] > row["sent_at"] - 30 * DAY
        and (other["sent_at"], other["invitation_id"]) <= me
    ]
    asked = outcome != "ineligible"
    return {
        "asked": 1 if asked else None,
        "known_eligible": 1 if asked and outcome != "unknown" else None,
        "completed": int(outcome == "complete") if asked else None,
        "completed_or_partial": int(outcome in {"complete", "partial"}) if asked else None,
        "delivered": int(delivered),
        "opted_out": int(bool(row.get("opted_out_at"))) if delivered else None,
        "over_contact": int(len(window) > 2) if row.get("customer_id") else None,
        "dropped": int(outcome != "complete") if asked and started else None,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_measures_of_invitations_are_those_of_a_count_by_hand(
    compiled: Mapping[str, str], seed: int
) -> None:
    invitations, responses = random_invitations(seed)
    ids = "invitation_id text, survey_id text, sent_at timestamp, customer_id text"
    stamps = ", ".join(f"{stamp} timestamp" for stamp in STAMPS)
    own = "disposition text, channel text, org_unit_id text, contact_id text, complaint_id text, customer_key text"
    stays = "customer_id text, tier text, segment text, valid_from date, valid_to date"
    sources: dict[str, Any] = {
        "staging.stg_survey_invitations": (
            f"{ids}, {stamps}, {own}",
            invitations,
        ),
        "staging.stg_surveys": (
            "survey_id text, programme text, subject text, run_by text, version text, wave text",
            [
                {"survey_id": survey, "programme": "relationship", "subject": "customer", "run_by": "internal"}
                for survey in ("s1", "s2")
            ],
        ),
        "staging.stg_survey_responses": (
            "response_id text, invitation_id text, status text, is_test boolean, weight double",
            responses,
        ),
        "staging.stg_contacts": ("contact_id text, org_unit_id text", []),
        "staging.stg_complaints": ("complaint_id text, org_unit_id text", []),
        "intermediate.int_customer_spells": (stays, []),
        "marts.org_units": ("org_unit_id text, vendor_id text, valid_from date, valid_to date", []),
    }  # fmt: skip
    settled = compiled["int_survey_invitations"]
    fact = compiled["fct_survey_invitations"].replace(
        '"evenkeel"."intermediate"."int_survey_invitations"', f"({settled})"
    )
    found = run_model(fact, sources).set_index("invitation_id")
    by_invitation: dict[str, list[str]] = {}
    for response in responses:
        if not response["is_test"]:
            by_invitation.setdefault(response["invitation_id"], []).append(
                response["status"] or "complete"
            )
    expected = {
        row["invitation_id"]: measures(
            row, by_invitation.get(row["invitation_id"], []), invitations
        )
        for row in invitations
    }
    assert len(found) == len(invitations)
    assert sum(values["over_contact"] == 1 for values in expected.values()) > 50
    for invitation, values in expected.items():
        row = found.loc[invitation]
        actual = {name: None if pd.isna(row[name]) else int(row[name]) for name in values}
        assert actual == values, (invitation, row["outcome"])


FIELDWORK = (
    "survey_id text, channel text, period_type text, period_key text, org_unit_id text, invited bigint, "
    "delivered bigint, bounced bigint, opened bigint, started bigint, completed bigint, partial bigint, "
    "refused bigint, non_contact bigint, unknown bigint, ineligible bigint, opted_out bigint, "
    "over_contact bigint, weighted_count bigint, weight_sum double, weight_sum_squares double"
)


def test_response_rates_have_aapors_values_and_wilsons_limits(compiled: Mapping[str, str]) -> None:
    counts = {
        # The worked example aapor_simple: 100 complete, 20 without contact.
        "simple": (100, 0, 0, 20, 0),
        "all": (12, 3, 4, 30, 11),
        "none": (0, 2, 0, 5, 1),
        "every": (7, 0, 0, 0, 0),
    }
    names = ("completed", "partial", "refused", "non_contact", "unknown")
    cell = {"channel": "all", "org_unit_id": "all", "weighted_count": 0}
    october = {"period_type": "month", "period_key": "2026-10"}
    rows = [
        {
            "survey_id": name,
            **cell,
            **october,
            **dict(zip(names, found, strict=True)),
            "ineligible": 5,
        }
        for name, found in counts.items()
    ]
    effects = "survey_id text, period_type text, period_key text, deff double"
    periods = "period_type text, period_key text, is_complete boolean"
    tables: dict[str, Any] = {
        "intermediate.int_fieldwork_periods": (FIELDWORK, rows),
        "intermediate.int_raking_effects": (effects, []),
        "marts.periods": (periods, [{**october, "is_complete": True}]),
    }  # fmt: skip
    found = run_model(compiled["survey_fieldwork"], tables).set_index("survey_id")
    for name, (i, p, r, nc, u) in counts.items():
        row, asked = found.loc[name], i + p + r + nc + u
        assert row["rr1"] == pytest.approx(100 * i / asked)
        assert row["rr2"] == pytest.approx(100 * (i + p) / asked)
        assert row["rr5"] == pytest.approx(100 * i / (asked - u))
        limits = stats.binomtest(i, asked).proportion_ci(method="wilson")
        assert (row["rr1_low"], row["rr1_high"]) == pytest.approx(
            (100 * limits.low, 100 * limits.high), abs=1e-9
        )
    assert round(found.loc["simple", "rr1"], 1) == 83.3


@pytest.mark.parametrize("seed", range(3))
def test_drop_off_is_that_of_a_walk_through_each_response(
    compiled: Mapping[str, str], seed: int
) -> None:
    draw = np.random.default_rng(seed)
    order = [f"q{number}" for number in draw.permutation(8)]
    items = [
        {"survey_id": "s", "item_code": code, "position": position}
        for position, code in enumerate(order, 1)
    ]
    reached, left = dict.fromkeys(order, 0), dict.fromkeys(order, 0)
    responses, scores = [], []
    for number in range(300):
        is_partial = draw.random() < 0.4
        last = int(draw.integers(0, 9)) if is_partial else 8
        answered = [code for code in order[:last] if draw.random() < 0.8]
        responses.append({
            "response_id": f"r{number}", "survey_id": "s", "subject": "customer", "is_counted": True,
            "date_day": START.date(), "status": "partial" if is_partial else "complete",
        })  # fmt: skip
        scores += [
            {"response_id": f"r{number}", "item_code": code, "is_answered": code in answered}
            for code in order
        ]
        stop = (order.index(answered[-1]) + 1 if answered else 0) if is_partial else 8
        for code in order[:stop]:
            reached[code] += 1
        if is_partial and stop:
            left[order[stop - 1]] += 1
    tables: dict[str, Any] = {
        "staging.stg_survey_items": ("survey_id text, item_code text, position integer", items),
        "staging.stg_surveys": ("survey_id text, subject text", [{"survey_id": "s", "subject": "customer"}]),
        "intermediate.int_survey_responses": (
            "response_id text, survey_id text, subject text, is_counted boolean, status text, date_day date",
            responses,
        ),
        "intermediate.int_survey_scores": ("response_id text, item_code text, is_answered boolean", scores),
    }  # fmt: skip
    sql = compiled["question_drop_off"]
    for name in ("int_question_days", "int_question_order"):
        sql = sql.replace(f'"evenkeel"."intermediate"."{name}"', f"({compiled[name]})")
    # Of responses, the fact shows here what its model is given.
    sql = sql.replace('"marts"."fct_survey_responses"', '"intermediate"."int_survey_responses"')
    found = run_model(sql, tables).sort_values("item_number")
    assert found["item_code"].tolist() == order
    assert found["reached"].tolist() == [reached[code] for code in order]
    assert found["left_here"].tolist() == [left[code] for code in order]
    for row in found.itertuples():
        limits = stats.binomtest(row.left_here, row.reached).proportion_ci(method="wilson")
        assert (row.ci_low, row.ci_high) == pytest.approx((100 * limits.low, 100 * limits.high))


def test_raked_scores_have_the_limits_of_weighted_samples(compiled: Mapping[str, str]) -> None:
    """The mean by residuals, shares and net score by their formulas over the effective base."""
    draw = np.random.default_rng(3)
    tiers = np.array(["gold", "silver", "basic"])[draw.integers(0, 3, 200)]
    weight_of = {"gold": 0.412345, "silver": 0.9, "basic": 1.734567}
    w = np.array([weight_of[tier] for tier in tiers])
    score = 25.0 * draw.integers(0, 5, 200)
    top2 = (score >= 75).astype(int)
    net = 100.0 * draw.integers(-1, 2, 200)
    cell = {"survey_id": "s", "period_type": "quarter", "period_key": "2026-Q4"}
    place = {"site": "x", "channel": "web"}
    asked = "response_id text, person_key text, overall_score double, overall_top2 int, promoter_points double"
    keys = "survey_id text, period_type text, period_key text, tier text, site text, channel text"
    tables: dict[str, Any] = {
        "intermediate.int_raking_responses": (
            f"response_id text, {keys}",
            [{"response_id": str(n), **cell, **place, "tier": tier} for n, tier in enumerate(tiers)],
        ),
        "intermediate.int_raking_weights": (
            f"{keys}, weight decimal(9,6)",
            [{**cell, **place, "tier": tier, "weight": weight} for tier, weight in weight_of.items()],
        ),
        "marts.fct_survey_answers": (
            asked,
            [
                {
                    "response_id": str(n), "person_key": str(n), "overall_score": score[n],
                    "overall_top2": int(top2[n]), "promoter_points": net[n],
                }
                for n in range(200)
            ],
        ),
    }  # fmt: skip
    found = run_model(compiled["int_raked_estimates"], tables).set_index(["metric_id", "weighting"])

    effective = w.sum() ** 2 / (w**2).sum()
    for weighting, weights, n in (("raked", w, effective), ("none", np.ones(200), 200.0)):
        mean = np.average(score, weights=weights)
        residuals = weights * (score - mean)
        error = (200 / 199 * (residuals**2).sum()) ** 0.5 / weights.sum()
        row = found.loc["csat_score", weighting]
        assert (row["value"], row["std_error"], row["effective_base"]) == pytest.approx(
            (mean, error, n), rel=1e-9
        )
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(
            stats.t.interval(0.95, 199, mean, error), rel=1e-8
        )

        p, z = np.average(top2, weights=weights), stats.norm.ppf(0.975)
        row = found.loc["csat_top2_share", weighting]
        assert row["value"] == pytest.approx(100 * p)
        # Wilson's limits are the shares that lie z of their own errors away.
        for limit in (row["ci_low"] / 100, row["ci_high"] / 100):
            assert abs(p - limit) / (limit * (1 - limit) / n) ** 0.5 == pytest.approx(z, rel=1e-9)

        up, down = (np.average(net == side, weights=weights) for side in (100, -100))
        high, low = (up * n + 0.75) / (n + 3), (down * n + 0.75) / (n + 3)
        half = z * ((high + low - (high - low) ** 2) / (n + 3)) ** 0.5
        row = found.loc["nps", weighting]
        assert row["value"] == pytest.approx(100 * (up - down))
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(
            (100 * (high - low - half), 100 * (high - low + half)), rel=1e-9
        )
