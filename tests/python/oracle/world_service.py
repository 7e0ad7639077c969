"""Contacts and complaints of a random world."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from .world import Cells, World, revise
from .world_people import customer, events_unit, server

OUTCOMES = (
    "answered", "abandoned", "ivr_contained", "ivr_abandoned", "callback_requested", "flowed_out",
    "not_a_contact",
)  # fmt: skip
OUTCOME_WEIGHTS = (62, 16, 4, 3, 4, 6, 5)


def add_contacts(world: World) -> None:
    for number in range(800):
        day = world.day()
        moment = world.moment(day)
        row = _contact(world, f"{number:05d}", day, moment)
        world.contact_times[row["contact_id"]] = moment
        world.contacts.append(row)
        world.put("contacts", f"{world.load_of(day)}-contacts", row)
    for day in world.planted_days():
        moment = world.moment(day)
        row = _contact(world, f"planted-{day}", day, moment) | {
            "channel": "voice", "direction": "inbound", "outcome": "answered",
            "queue_seconds": "7", "talk_seconds": "70",
        }  # fmt: skip
        world.put("contacts", world.planted_file(day), row)
    for row in world.contacts[10:40]:
        # Moved to another day: an incremental build has to touch both days.
        moved = world.stamp(world.moment(world.day()))
        world.put("contacts", "2-moved", {**row, "started_at": moved, "employee_id": ""})
    # Refused: an outcome that nobody accepts, a start that is no time, no key.
    broken = {**world.contacts[5], "contact_id": "broken"}
    world.put("contacts", "1-contacts", {**broken, "outcome": "lost"})
    world.put("contacts", "1-contacts", {**broken, "started_at": "yesterday"})
    world.put("contacts", "1-contacts", {**broken, "contact_id": ""})
    revise(
        world,
        "contacts",
        ("contact_id",),
        {
            "talk_seconds": ["", "60", "601"],
            "outcome": ["answered", "abandoned"],
            "queue": ["billing", ""],
            "org_unit_id": ["t1", "t3", "nowhere"],
            "direction": ["outbound", "inbound"],
        },
    )


def _contact(world: World, contact_id: str, day: date, moment: datetime) -> Cells:
    rng = world.rng
    channel = world.pick(["voice", "chat", "email", "app", "walk_in"], [60, 20, 10, 6, 4])
    # Waits that tie, that sit on both thresholds, and a long tail.
    wait = rng.choice([0, 3, 5, 6, 12, 19, 20, 21, rng.randrange(60), int(rng.expovariate(1 / 40))])
    unit = events_unit(world, day)
    if world.has("unitless_contacts") and rng.random() < 0.15:
        unit = ""
    return {
        "contact_id": contact_id,
        "started_at": world.stamp(moment),
        "channel": channel,
        "direction": world.pick(["inbound", "", "outbound", "sideways"], [70, 20, 8, 2]),
        "queue": world.maybe(world.pick(["billing", "faults", "sales"], [6, 3, 1]), 0.1),
        "customer_id": customer(world),
        "org_unit_id": unit,
        "employee_id": server(world, day),
        "queue_seconds": world.maybe(str(wait), 0.1) if rng.random() > 0.02 else "-4",
        "talk_seconds": world.maybe(str(rng.choice([180, 181, rng.randrange(900)])), 0.12),
        "hold_seconds": world.maybe(str(rng.randrange(60)), 0.4),
        "after_contact_seconds": world.maybe(str(rng.randrange(90)), 0.3),
        "outcome": world.pick(OUTCOMES, OUTCOME_WEIGHTS),
    }


LIVES: tuple[tuple[str, ...], ...] = (
    (),
    ("acknowledged",),
    ("acknowledged", "first_reply", "resolved"),
    ("resolved", "closed"),
    ("closed",),
    ("resolved", "reopened"),
    ("resolved", "closed", "reopened", "resolved"),
    ("closed", "reopened", "escalated", "closed"),
    ("resolved", "reopened", "resolved", "reopened", "waiting_customer"),
    ("acknowledged", "withdrawn"),
    ("resolved", "confirmed", "withdrawn", "closed"),
)
LIFE_WEIGHTS = (14, 12, 24, 14, 10, 6, 6, 3, 3, 4, 2)


def add_complaints(world: World) -> None:
    for number in range(220):
        day = world.day()
        if world.has("ragged_spans") and day < world.at(0.08):
            day = world.at(0.08)
        _add_complaint(world, f"k{number:04d}", day, world.load_of(day))
    for day in world.planted_days():
        row = {
            "complaint_id": f"planted-{day}",
            "received_at": world.stamp(world.moment(day)),
            "channel": "voice",
            "org_unit_id": "t1",
            "category": "delay",
        }
        world.put("complaints", world.planted_file(day), row)
    world.put("complaint_events", "1-events", _event("ev-x", "k-unknown", "2025-03-01", "resolved"))
    world.put("complaint_events", "1-events", _event("ev-y", "k0010", "2025-03-01", "evaporated"))
    revise(
        world,
        "complaint_events",
        ("event_id",),
        {"event_type": ["acknowledged", "resolved", "closed"], "channel": ["voice", "email"]},
    )


def _event(event_id: str, complaint_id: str, occurred_at: str, event_type: str) -> Cells:
    return {
        "event_id": event_id,
        "complaint_id": complaint_id,
        "occurred_at": occurred_at,
        "event_type": event_type,
    }


def _add_complaint(world: World, complaint_id: str, day: date, load: int) -> None:
    rng = world.rng
    moment = world.moment(day)
    world.complaint_times[complaint_id] = moment
    life = rng.choices(LIVES, LIFE_WEIGHTS)[0]
    row = {
        "complaint_id": complaint_id,
        "received_at": world.stamp(moment),
        "channel": world.pick(["voice", "email", "app", "counter"]),
        "org_unit_id": events_unit(world, day),
        "category": world.pick(["delay", "price", "manner"], [6, 3, 1]),
        "case_type": world.pick(["complaint", "", "enquiry", "praise"], [60, 28, 8, 4]),
        "severity": world.pick(["low", "normal", "high", "", "awful"], [2, 4, 2, 1, 1]),
        "customer_id": customer(world),
        "in_scope": world.pick(["true", "", "false", "否"], [4, 5, 1, 0.5]),
        # A state counts only where there are no events; elsewhere it must not matter.
        "is_resolved": world.pick(["", "true", "false"], [4, 4, 2]) if not life else "",
        "changed_at": world.stamp(moment + timedelta(hours=1)),
    }
    clock = moment + timedelta(seconds=30)
    for index, event_type in enumerate(life):
        if clock.astimezone(world.zone).date() == day and index == 0:
            row["is_resolved"] = world.pick(["", "true", "false"])
        event = _event(f"{complaint_id}-{index}", complaint_id, world.stamp(clock), event_type)
        happened = clock.astimezone(world.zone).date()
        event_load = max(load, 2 if happened > world.spec.first_as_of else 1)
        # Files are not in order of time.
        name = f"{event_load}-{rng.choice(['events', 'more-events'])}"
        world.put("complaint_events", name, event)
        clock += timedelta(hours=rng.choice([0.1, 3, 30, 200, 900]), seconds=rng.randrange(60, 999))
    world.put("complaints", f"{load}-complaints", row)
    if rng.random() < 0.08:
        newer, older = (world.stamp(moment + timedelta(minutes=m)) for m in (3000, 5))
        world.put("complaints", "2-a-newer", {**row, "category": "corrected", "changed_at": newer})
        world.put("complaints", "2-b-older", {**row, "category": "older", "changed_at": older})
