"""Complaints with random logs of events, and a state machine that walks through them minute by minute.

The walk shares nothing with the models: it knows no windows, no rounds and no cumulative seconds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
NOW = datetime.fromisoformat("2026-10-31 16:00")
"""The end of as_of in Shanghai, in UTC."""
HOURS = [(day, *hours) for day in range(1, 6) for hours in (("09:00", "12:00"), ("13:00", "18:00"))]
HOLIDAY, WORKED_SUNDAY = date(2026, 10, 1), date(2026, 10, 11)
PROMISES = {"acknowledge": (2, True), "first_reply": (5, True), "resolve": (30, True)}
CRITICAL_HOURS = 50
"""Promised for critical complaints, by the clock on the wall."""
TYPES = [
    "acknowledged", "assigned", "plan_told", "customer_visit", "first_reply", "waiting_customer", "customer_replied",
    "promised", "resolved", "confirmed", "follow_up", "second_follow_up", "reopened", "escalated", "handover_accepted",
    "alternative_offered", "result_told", "compensated", "withdrawn", "closed",
]  # fmt: skip
COMMON = [
    *3 * ["waiting_customer"],
    "customer_replied",
    "resolved",
    "closed",
    "reopened",
    "assigned",
]
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
    rng = random.Random(number)  # noqa: S311 -- made-up cases hold no secret
    received = datetime.fromisoformat("2026-09-28") + rng.randrange(20 * 24 * 60) * MINUTE
    case = Case(
        f"c{number:03}",
        received,
        rng.choice(["normal", "critical"]),
        rng.choice(["ann", "bob", None]),
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
    seen: set[Any] = set()
    for place, event in enumerate(case.events):
        if event["event_id"] in seen:
            case.events[place] = {**event, "event_id": f"{event['event_id']}z"}
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
    cold: int = 0

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
        pending: list[str] = []
        for (_, kind, at, *_rest), event in inorder:
            self.stamps.setdefault(kind, at)
            if kind == "waiting_customer":
                # Nobody waits for the customer of a complaint that has come to an end.
                if last_turn in {"", "reopened"}:
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
        ends = [*resolved, *closed, *withdrawn]
        self.open_spans.append((opened, min(ends) if ends else reopened))

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
