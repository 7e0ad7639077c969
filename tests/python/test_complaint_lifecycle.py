"""Complaints from random logs of events against a state machine that walks through them minute by minute.

Events are shuffled, delivered twice, missing, before the receipt and after the end. The walk shares nothing with the
models: it knows no windows, no rounds and no cumulative seconds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from compiled_models import Run, compile_models, runner

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
NOW = datetime(2026, 10, 31, 16)
"""The end of as_of in Shanghai, in UTC."""
MODELS = [
    "int_open_stretches", "int_unit_calendars", "int_calendar_lines", "int_complaint_cases", "int_complaint_events",
    "int_complaint_pauses", "int_promised_hours", "int_complaint_promises", "int_complaint_outcomes",
    "int_complaint_owners", "int_complaint_clocks", "int_complaint_spells",
"fct_complaints", "fct_complaint_milestones", "complaint_backlog_days",
    "complaint_states",
]  # fmt: skip
HOURS = [(day, *hours) for day in range(1, 6) for hours in (("09:00", "12:00"), ("13:00", "18:00"))]
HOLIDAY, WORKED_SUNDAY = date(2026, 10, 1), date(2026, 10, 11)
PROMISES = {"acknowledge": (2, True), "first_reply": (5, True), "resolve": (30, True)}
CRITICAL_HOURS = 50
"""Promised for critical complaints, by the clock on the wall."""
TYPES = (
    "acknowledged assigned plan_told customer_visit first_reply waiting_customer customer_replied promised resolved "
    "confirmed follow_up second_follow_up reopened escalated handover_accepted alternative_offered result_told "
    "compensated withdrawn closed"
).split()
COMMON = ["waiting_customer", "customer_replied", "resolved", "closed", "reopened", "assigned"]
MINUTE = timedelta(minutes=1)


def local(moment: datetime) -> datetime:
    return moment + timedelta(hours=8)


def is_open(moment: datetime) -> bool:
    """Whether a minute is open, by the clock in Shanghai."""
    here = local(moment)
    if here.date() == HOLIDAY:
        return False
    is_worked = here.weekday() < 5 or here.date() == WORKED_SUNDAY
    return is_worked and (9 <= here.hour < 12 or 13 <= here.hour < 18)


@dataclass
class Case:
    """A complaint and what was delivered of its events."""

    key: str
    received: datetime
    severity: str
    first_owner: str | None
    events: list[dict[str, Any]] = field(default_factory=list)


def random_case(number: int) -> Case:
    rng = random.Random(number)
    received = datetime(2026, 9, 28) + rng.randrange(20 * 24 * 60) * MINUTE
    case = Case(
        f"c{number:03}", received, rng.choice(["normal", "critical"]), rng.choice(["ann", "bob", None])
    )
    moment = received - rng.choice([0, 0, 0, 7]) * MINUTE
    for place in range(rng.randrange(14)):
        moment += rng.choice([0, 1, 25, 300, 2000]) * MINUTE
        kind = rng.choice(TYPES + 3 * COMMON)
        event = {
            "complaint_id": case.key, "event_id": f"{case.key}-{place:02}", "event_type": kind,
            "occurred_at": moment,
            "employee_id": rng.choice(["ann", "bob", "cy", None]),
            "outcome": rng.choice(["reached", "not_reached"]) if kind == "follow_up" else None,
            "promised_at": moment + rng.randrange(5000) * MINUTE if kind == "promised" else None,
        }  # fmt: skip
        if moment < NOW:
            case.events += [event] * rng.choice([1, 1, 1, 2])
    # The second delivery of an event has an id of its own.
    seen: set[str] = set()
    for place, event in enumerate(case.events):
        if event["event_id"] in seen:
            case.events[place] = {**event, "event_id": event["event_id"] + "z"}
        seen.add(event["event_id"])
    rng.shuffle(case.events)
    return case


# Of one moment: handling, then what ends a round, and reopening last; it is the specification's own order.
ENDS = {"resolved": 2, "result_told": 3, "confirmed": 4, "follow_up": 5, "second_follow_up": 6}
ORDER = {**dict.fromkeys(TYPES, 0), **ENDS, "withdrawn": 7, "closed": 8, "reopened": 9}
HANDLING = "acknowledged assigned handover_accepted plan_told first_reply promised waiting_customer customer_replied"


def rank(kind: str) -> float:
    names = HANDLING.split()
    return ORDER[kind] + (names.index(kind) + 1) / 10 if kind in names else float(ORDER[kind])


@dataclass
class Walk:
    """What becomes of a case as its events come one after another."""

    case: Case
    stamps: dict[str, datetime] = field(default_factory=dict)
    waits: list[tuple[datetime, datetime]] = field(default_factory=list)
    reopened: int = 0
    resolved_at: datetime | None = None
    first_resolved_at: datetime | None = None
    closed_at: datetime | None = None
    is_withdrawn: bool = False
    owners: list[str] = field(default_factory=list)
    open_spans: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def run(self) -> Walk:
        events = {
            (rank(e["event_type"]), e["event_type"], max(e["occurred_at"], self.case.received),
             e["occurred_at"], e["employee_id"], e["outcome"], e["promised_at"]): e
            for e in sorted(self.case.events, key=lambda e: e["event_id"], reverse=True)
        }  # fmt: skip
        inorder = sorted(
            events.items(), key=lambda item: (item[0][2], item[0][0], item[1]["event_id"])
        )
        waiting_since: datetime | None = None
        opened = self.case.received
        round_resolved: list[datetime] = []
        round_closed: list[datetime] = []
        round_withdrawn: list[datetime] = []
        last_turn = ""
        if self.case.first_owner:
            self.owners.append(self.case.first_owner)
        self.cold = 0
        pending: list[str] = []
        for (_, kind, at, *_rest), event in inorder:
            self.stamps.setdefault(kind, at)
            if kind == "waiting_customer":
                waiting_since = waiting_since or at
            elif kind in {"customer_replied", "resolved", "closed", "withdrawn"} and waiting_since:
                self.waits.append((waiting_since, at))
                waiting_since = None
            if kind == "resolved":
                round_resolved.append(at)
            if kind == "closed":
                round_closed.append(at)
            if kind == "withdrawn":
                self.is_withdrawn = True
                round_withdrawn.append(at)
            if kind == "reopened" and last_turn != "reopened":
                self.end_round(opened, round_resolved, round_closed, round_withdrawn, at)
                self.reopened += 1
                opened, round_resolved, round_closed, round_withdrawn = at, [], [], []
            if kind in {"resolved", "closed", "withdrawn", "reopened"}:
                last_turn = kind
            new = event["employee_id"]
            if kind in {"assigned", "handover_accepted"} and new:
                if not self.owners:
                    self.owners.append(new)
                elif self.owners[-1] != new:
                    self.owners.append(new)
                    pending.append(new)
                if kind == "handover_accepted":
                    pending = [name for name in pending if name != new]
        self.cold = len(pending)
        self.end_round(opened, round_resolved, round_closed, round_withdrawn, None)
        self.resolved_at = max(round_resolved or round_closed, default=None)
        self.closed_at = max(round_closed, default=None)
        if waiting_since:
            self.waits.append((waiting_since, NOW))
        return self

    def end_round(
        self, opened: datetime, resolved: list[datetime], closed: list[datetime],
        withdrawn: list[datetime], reopened: datetime | None,
    ) -> None:  # fmt: skip
        first = min(resolved or closed, default=None)
        if first and self.first_resolved_at is None:
            self.first_resolved_at = first
        ends = [max(resolved or closed, default=None), min(withdrawn, default=None)]
        known = [end for end in ends if end is not None]
        self.open_spans.append((opened, min(known) if known else reopened))

    def minutes(self, until: datetime, is_business: bool = True) -> int:
        """Minutes from the receipt in which the clock ran."""
        return sum(
            (not is_business or is_open(at)) and not any(a <= at < b for a, b in self.waits)
            for at in every_minute(self.case.received, until)
        )

    def state(self, clock: str, done_at: datetime | None) -> str:
        hours, is_business = PROMISES[clock]
        if clock == "resolve" and self.case.severity == "critical":
            hours, is_business = CRITICAL_HOURS, False
        until = done_at or NOW - MINUTE
        ran = self.minutes(until, is_business)
        if ran > 60 * hours:
            return "missed"
        return "met" if done_at else "undecided"


def every_minute(start: datetime, end: datetime) -> Iterator[datetime]:
    at = start
    while at < end:
        yield at
        at += MINUTE


CASES = [random_case(number) for number in range(150)]
TEXT = "varchar"


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
            "complaint_id varchar, received_at timestamp, org_unit_id varchar, channel varchar, category varchar,"
            "subcategory varchar, case_type varchar, severity varchar, touchpoint varchar, root_cause varchar,"
            "contact_id varchar, response_id varchar, first_owner_id varchar, in_scope boolean, upheld boolean,"
            "is_resolved boolean, customer_id varchar, customer_key varchar, vendor_id varchar, service_line varchar",
            cases,
        ),
        "staging__stg_complaint_events": (
            "complaint_id varchar, event_id varchar, event_type varchar, occurred_at timestamp, employee_id varchar,"
            "org_unit_id varchar, outcome varchar, escalated_to varchar, promised_at timestamp, amount decimal(18, 6)",
            events.sample(frac=1, random_state=1),
        ),
        "marts__opening_hours": (
            "calendar_id varchar, weekday integer, opens_at varchar, closes_at varchar, valid_from date,"
            "valid_until date",
            hours,
        ),
        "marts__calendar_days": ("calendar_id varchar, date date, kind varchar", days),
        "marts__unit_calendars": (
            "org_unit_id varchar, calendar_id varchar, valid_from date",
            pd.DataFrame([{"org_unit_id": "default", "calendar_id": "default"}]),
        ),
        "marts__service_promises": (
            "clock varchar, category varchar, severity varchar, org_unit_id varchar, hours decimal(9, 2),"
            "is_business_time boolean, valid_from date",
            promises,
        ),
        "intermediate__int_customer_spells": (
            "customer_id varchar, tier varchar, segment varchar, contact_permission boolean, valid_from date,"
            "valid_to date",
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
    states = {"acknowledge": "acknowledge_state", "first_reply": "first_reply_state", "resolve": "promise_state"}
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
                assert float(row[hours[clock]]) == pytest.approx(walk.minutes(at) / 60, abs=1e-6), (key, clock)
    assert len(seen) == 9


def test_a_promise_is_due_when_its_clock_has_run_out(facts: pd.DataFrame, walks: dict[str, Walk]) -> None:
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
        assert (last in {"resolved", "closed", "withdrawn"}) == (walk.open_spans[-1][1] is not None), key
        waited = mine[mine.state == "waiting_customer"]
        total = (waited.valid_to.fillna(pd.Timestamp(NOW)) - waited.valid_from).sum()
        assert total <= sum((b - a for a, b in walk.waits), timedelta()), key
