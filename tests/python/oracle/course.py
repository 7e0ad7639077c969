"""What became of a complaint, from its events alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from .facts import Scene
from .files import Row

ENDS = {"resolved", "closed", "withdrawn"}
SAME = (
    "event_type",
    "occurred_at",
    "employee_id",
    "org_unit_id",
    "outcome",
    "promised_at",
    "amount",
)
Spell = tuple[datetime, datetime | None]


@dataclass
class Course:
    """A complaint proper with its events in order, each at its receipt or later."""

    row: Row
    events: list[Row]
    spells: list[Spell] = field(default_factory=list)  # In which it was open.
    waits: list[Spell] = field(default_factory=list)  # For the customer.
    closings: list[Spell] = field(default_factory=list)  # Each with the next reopening.
    resolved_at: datetime | None = None
    is_timeless: bool = False  # Of a system that keeps a state and no times.

    def __post_init__(self) -> None:
        self._walk()

    @property
    def received_at(self) -> datetime:
        moment: datetime = self.row["received_at"]
        return moment

    @property
    def is_withdrawn(self) -> bool:
        return self.first("withdrawn") is not None

    @property
    def is_in_rates(self) -> bool:
        return not self.is_withdrawn and self.row["in_scope"] is not False

    def of(self, event_type: str) -> list[Row]:
        return [event for event in self.events if event["event_type"] == event_type]

    def first(self, event_type: str) -> datetime | None:
        found = self.of(event_type)
        return found[0]["occurred_at"] if found else None

    def _walk(self) -> None:
        opened: datetime | None = self.received_at
        waiting: datetime | None = None
        ends: dict[str, datetime] = {}
        for event in self.events:
            kind, moment = event["event_type"], event["occurred_at"]
            if kind == "reopened":
                opened, ends = opened or moment, {}
                if self.closings and self.closings[-1][1] is None:
                    self.closings[-1] = (self.closings[-1][0], moment)
            elif kind in ENDS:
                if opened is not None:
                    self.spells.append((opened, moment))
                    opened = None
                if kind == "closed" and "closed" not in ends:
                    self.closings.append((moment, None))
                ends[kind] = moment
            if waiting is not None and (kind in ENDS or kind == "customer_replied"):
                self.waits.append((waiting, moment))
                waiting = None
            elif kind == "waiting_customer" and opened is not None and waiting is None:
                waiting = moment
        if opened is not None:
            self.spells.append((opened, None))
        if waiting is not None:
            self.waits.append((waiting, None))
        self.resolved_at = ends.get("resolved", ends.get("closed"))

    def owners(self) -> Iterator[tuple[datetime, tuple[str, str]]]:
        """The first owner and whoever came after, each from a moment on."""
        owner = None
        if self.row["first_owner_id"] is not None:
            owner = ("employee_id", self.row["first_owner_id"])
            yield self.received_at, owner
        for event in self.events:
            named = holder(event)
            if event["event_type"] in {"assigned", "handover_accepted"} and named not in {
                None, owner
            }:  # fmt: skip
                assert named is not None
                owner = named
                yield event["occurred_at"], owner

    def has_accepted(self, owner: tuple[str, str], since: datetime) -> bool:
        return any(
            holder(event) == owner and event["occurred_at"] >= since
            for event in self.of("handover_accepted")
        )


def holder(event: Row) -> tuple[str, str] | None:
    """The person whom an event names, or else the unit."""
    for name in ("employee_id", "org_unit_id"):
        if event[name] is not None:
            return name, event[name]
    return None


def place(event: Row) -> tuple[datetime, int]:
    """At one moment handling comes first, then what ends a complaint, then reopenings."""
    kind = event["event_type"]
    return event["occurred_at"], 2 if kind == "reopened" else int(kind in ENDS)


def courses(scene: Scene) -> list[Course]:
    """Complaints proper that were received up to as_of, with what is known of them then."""
    events: dict[str, dict[tuple[object, ...], Row]] = defaultdict(dict)
    for event in sorted(scene.files["complaint_events"], key=lambda row: str(row["event_id"])):
        if scene.known(event["occurred_at"]) is not None:
            events[event["complaint_id"]][tuple(event[name] for name in SAME)] = event
    found = []
    for row in scene.files["complaints"]:
        received = scene.known(row["received_at"])
        if received is None or row["case_type"] not in (None, "complaint"):
            continue
        own = [
            {**event, "occurred_at": max(event["occurred_at"], received)}
            for event in sorted(
                events[row["complaint_id"]].values(), key=lambda event: event["occurred_at"]
            )
        ]
        found.append(Course(row, sorted(own, key=place)))
    eventful = {course.row["org_unit_id"] for course in found if course.events}
    for course in found:
        state = course.row["is_resolved"]
        is_mute = state is False and course.row["org_unit_id"] not in eventful
        course.is_timeless = not course.events and (state is True or is_mute)
    return found
