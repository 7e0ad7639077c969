"""Complaints from random logs of events against a walk through them, minute by minute.

Events are shuffled, delivered twice, missing, before the receipt and after the end.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from compiled_models import Run, compile_models, runner
from complaint_walk import (
    CRITICAL_HOURS,
    FIRST,
    HOLIDAY,
    HOURS,
    LAST,
    MINUTE,
    NOW,
    PROMISES,
    WORKED_SUNDAY,
    Walk,
    local,
    random_case,
)  # fmt: skip

MODELS = [
    "int_open_stretches", "int_unit_calendars", "int_calendar_lines", "int_complaint_cases", "int_complaint_events",
    "int_complaint_pauses", "int_promised_hours", "int_complaint_promises", "int_complaint_outcomes",
    "int_complaint_owners", "int_complaint_clocks", "int_complaint_spells",
"fct_complaints", "fct_complaint_milestones", "complaint_backlog_days",
    "complaint_states",
]  # fmt: skip
CASES = [random_case(number) for number in range(150)]


def given() -> dict[str, tuple[str, pd.DataFrame]]:
    cases = pd.DataFrame([
        {"complaint_id": c.key, "received_at": c.received, "org_unit_id": "u1", "severity": c.severity,
         "first_owner_id": c.first_owner} for c in CASES
    ])  # fmt: skip
    events = pd.DataFrame([event for case in CASES for event in case.events])
    hours = pd.DataFrame(
        [("default", day, a, b, FIRST, LAST) for day, a, b in HOURS],
        columns=["calendar_id", "weekday", "opens_at", "closes_at", "valid_from", "valid_until"],
    )
    days = pd.DataFrame(
        [("default", HOLIDAY, "holiday"), ("default", WORKED_SUNDAY, "working_day")],
        columns=["calendar_id", "date", "kind"],
    )
    promises = pd.DataFrame([
        *({"clock": clock, "hours": hours, "is_business_time": is_business}
          for clock, (hours, is_business) in PROMISES.items()),
        {"clock": "resolve", "severity": "critical", "hours": CRITICAL_HOURS, "is_business_time": False},
    ])  # fmt: skip
    none = pd.DataFrame()
    return {
        "staging__stg_complaints": (
            ("complaint_id varchar, received_at timestamp, org_unit_id varchar, channel varchar, category varchar,"
            "subcategory varchar, case_type varchar, severity varchar, touchpoint varchar, root_cause varchar,"
            "contact_id varchar, response_id varchar, first_owner_id varchar, in_scope boolean, upheld boolean,"
            "is_resolved boolean, customer_id varchar, customer_key varchar, vendor_id varchar, service_line varchar"),
            cases,
        ),
        "staging__stg_complaint_events": (
            ("complaint_id varchar, event_id varchar, event_type varchar, occurred_at timestamp, employee_id varchar,"
            "org_unit_id varchar, outcome varchar, escalated_to varchar, promised_at timestamp, amount decimal(18, 6)"),
            events.sample(frac=1, random_state=1),
        ),
        "marts__opening_hours": (
            ("calendar_id varchar, weekday integer, opens_at varchar, closes_at varchar, valid_from date,"
            "valid_until date"),
            hours,
        ),
        "marts__calendar_days": ("calendar_id varchar, date date, kind varchar", days),
        "marts__unit_calendars": (
            "org_unit_id varchar, calendar_id varchar, valid_from date",
            pd.DataFrame([{"org_unit_id": "default", "calendar_id": "default"}]),
        ),
        "marts__service_promises": (
            ("clock varchar, category varchar, severity varchar, org_unit_id varchar, hours decimal(9, 2),"
            "is_business_time boolean, valid_from date"),
            promises,
        ),
        "intermediate__int_customer_spells": (
            ("customer_id varchar, tier varchar, segment varchar, contact_permission boolean, valid_from date,"
            "valid_to date"),
            none,
        ),
        "marts__org_units": (
            "org_unit_id varchar, vendor_id varchar, service_line varchar, valid_from date, valid_to date",
            none,
        ),
        "intermediate__int_org_unit_paths": (
            "path_id varchar, org_unit_id varchar, valid_from date, valid_to date, ancestor_id varchar",
            pd.DataFrame([{"path_id": "u1", "org_unit_id": "u1", "valid_from": date(1900, 1, 1),
                           "valid_to": date(9999, 1, 1), "ancestor_id": "all"}]),
        ),
        "intermediate__int_complaint_recurrences": ("complaint_id varchar, recurred integer", none),
        "marts__dates": (
            "date_day date",
            pd.DataFrame({"date_day": pd.date_range(FIRST, LAST).date}),
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(compile_models(MODELS, tmp_path_factory.mktemp("lifecycle")))


@pytest.fixture(scope="module")
def facts(run: Run) -> pd.DataFrame:
    needed = MODELS[: MODELS.index("int_complaint_spells")]
    return run([*needed, "fct_complaints"], **given()).set_index("complaint_id")


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    return {case.key: Walk(case).run() for case in CASES}


def moment(value: Any) -> datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()


def test_the_random_logs_have_everything_in_them(walks: dict[str, Walk]) -> None:
    assert sum(len(walk.waits) > 1 for walk in walks.values()) > 5
    assert sum(walk.reopened > 0 and walk.resolved_at is not None for walk in walks.values()) > 3
    assert sum(walk.is_withdrawn for walk in walks.values()) > 3
    assert sum(walk.cold > 0 for walk in walks.values()) > 3
    assert sum(any(e["occurred_at"] < case.received for e in case.events) for case in CASES) > 3
    assert sum(any(e["event_id"].endswith("z") for e in case.events) for case in CASES) > 10


def test_stamps_and_counts(facts: pd.DataFrame, walks: dict[str, Walk]) -> None:
    for key, walk in walks.items():
        row = facts.loc[key]
        found = [moment(row[name]) for name in (
            "acknowledged_at", "first_reply_at", "plan_told_at", "first_resolved_at", "resolved_at", "closed_at",
        )]  # fmt: skip
        stamps = [walk.stamps.get(kind) for kind in ("acknowledged", "first_reply", "plan_told")]
        assert found == [*stamps, walk.first_resolved_at, walk.resolved_at, walk.closed_at], key
        assert (row.reopened_count, row.is_withdrawn) == (walk.reopened, walk.is_withdrawn), key


def test_clocks_and_promises(facts: pd.DataFrame, walks: dict[str, Walk]) -> None:
    clocks = {
        "acknowledge": "acknowledged_at", "first_reply": "first_reply_at", "resolve": "resolved_at",
    }  # fmt: skip
    states = {
        "acknowledge": "acknowledge_state",
        "first_reply": "first_reply_state",
        "resolve": "promise_state",
    }
    hours = {
        "acknowledge": "acknowledge_business_hours", "first_reply": "first_reply_business_hours",
        "resolve": "resolution_business_hours",
    }  # fmt: skip
    seen = set()
    for key, walk in walks.items():
        row = facts.loc[key]
        for clock, stamp in clocks.items():
            at = moment(row[stamp])
            assert row[states[clock]] == walk.state(clock, at), (key, clock)
            seen.add((clock, row[states[clock]]))
            if at is not None and not walk.is_withdrawn:
                assert float(row[hours[clock]]) == pytest.approx(walk.minutes(at) / 60, abs=1e-6), (
                    key,
                    clock,
                )
    assert len(seen) == 9


def test_a_promise_is_due_when_its_clock_has_run_out(
    facts: pd.DataFrame, walks: dict[str, Walk]
) -> None:
    """The clock stands at the promised hours at due_at and ran in the minute before it."""
    for key, walk in walks.items():
        hours, is_business = PROMISES["resolve"]
        if walk.case.severity == "critical":
            hours, is_business = CRITICAL_HOURS, False
        due = moment(facts.loc[key].due_at)
        assert due is not None
        assert walk.minutes(due, is_business) == 60 * hours, key
        assert walk.minutes(due - MINUTE, is_business) == 60 * hours - 1, key


def test_owners(facts: pd.DataFrame, walks: dict[str, Walk]) -> None:
    for key, walk in walks.items():
        if walk.is_withdrawn:
            continue
        row = facts.loc[key]
        expected = len(walk.owners) - 1 if walk.owners else None
        assert (None if pd.isna(row.hand_offs) else int(row.hand_offs)) == expected, key
        if walk.owners and (walk.cold or walk.resolved_at):
            assert row.first_responsible == (0 if walk.cold else 1), key


def test_the_backlog_counts_who_is_open_at_midnight(run: Run, walks: dict[str, Walk]) -> None:
    steps = ["int_complaint_cases", "int_complaint_events", "int_complaint_spells"]
    days = run([*steps, "complaint_backlog_days"], **given())
    days = days.sort_values("date").reset_index(drop=True)
    for row in days.itertuples():
        today = row.date.date()
        ages = [
            (today - local(walk.case.received).date()).days
            for walk in walks.values()
            for opened, ended in walk.open_spans
            if local(opened).date() <= today and (ended is None or local(ended).date() > today)
        ]
        bands = [(0, 3), (4, 7), (8, 14), (15, 30), (31, 999)]
        expected = [sum(first <= age <= last for age in ages) for first, last in bands]
        assert [row.closing, *row[-5:]] == [len(ages), *expected], today
    assert len(days) > 25
    assert days.closing.max() > 10


def test_the_state_of_any_moment(run: Run, walks: dict[str, Walk]) -> None:
    states = run(["int_complaint_events", "complaint_states"], **given())
    for key, mine in states.groupby("complaint_id"):
        walk, mine = walks[str(key)], mine.sort_values("state_number")
        assert mine.valid_from.iloc[0] == walk.case.received
        assert list(mine.valid_to[:-1]) == list(mine.valid_from[1:])
        last = mine.state.iloc[-1]
        assert (last in {"resolved", "closed", "withdrawn"}) == (
            walk.open_spans[-1][1] is not None
        ), key
        ends = mine[mine.state.isin(["resolved", "closed", "withdrawn"])].valid_from
        for opened, ended in walk.open_spans:
            is_said = (
                ended is None or ended in set(ends) or ended in {o for o, _ in walk.open_spans}
            )
            assert is_said, (key, opened)
        waited = mine[mine.state == "waiting_customer"]
        total = (waited.valid_to.fillna(pd.Timestamp(NOW)) - waited.valid_from).sum()
        assert total <= sum((b - a for a, b in walk.waits), timedelta()), key
