"""Complaints with whole courses, corrective actions and inspections of a random world.

They come after everything else and draw from a source of their own, so that the rest of a world
is as it would be without them.
"""

from __future__ import annotations

import random
from datetime import UTC, date, timedelta

from .world import Cells, World, revise
from .world_people import customer, events_unit, server

COURSES: tuple[tuple[str, ...], ...] = (
    (
        "acknowledged", "assigned", "handover_accepted", "first_reply", "waiting_customer",
        "customer_replied", "plan_told", "promised", "resolved", "follow_up", "second_follow_up",
        "closed",
    ),
    ("assigned", "assigned", "waiting_customer"),
    (
        "acknowledged", "waiting_customer", "waiting_customer", "resolved", "follow_up", "reopened",
        "reopened", "promised", "promised", "resolved", "closed", "reopened",
    ),
    ("reopened", "first_reply", "resolved", "resolved", "closed", "closed"),
    ("customer_replied", "plan_told", "compensated", "closed", "follow_up", "second_follow_up"),
    (
        "promised", "first_reply", "first_reply", "closed", "reopened", "closed", "follow_up",
        "follow_up", "second_follow_up",
    ),
    ("assigned", "resolved", "assigned", "handover_accepted", "closed"),
    ("waiting_customer", "withdrawn"),
    ("acknowledged", "first_reply", "resolved", "follow_up", "closed"),
    ("escalated", "promised", "escalated", "compensated", "resolved"),
    ("plan_told", "waiting_customer", "resolved", "waiting_customer", "customer_replied"),
)  # fmt: skip
SHARP = {"resolved", "closed", "reopened"}  # May share the moment of the event before.
STEPS = (0.02, 0.5, 1, 4, 5, 9, 20, 24, 50, 72, 75, 400, 720)


def add_cases(world: World) -> None:
    kept, world.rng = world.rng, random.Random(f"{world.spec.seed} cases")  # noqa: S311 -- nothing is secret
    for number in range(110):
        _add_case(world, f"q{number:03d}")
    for number in range(6):
        # Of a system that keeps a state and no times, at a unit where nobody has any.
        row = _case(world, f"state{number}", world.day(), "r1")
        row |= {"is_resolved": ["true", "false", ""][number % 3], "in_scope": ""}
        world.put("complaints", "1-states", row)
    _add_actions(world)
    _add_inspections(world)
    world.rng = kept


def _case(world: World, complaint_id: str, day: date, unit: str) -> Cells:
    return {
        "complaint_id": complaint_id,
        "received_at": world.stamp(world.moment(day)),
        "channel": world.pick(["voice", "email", "app", "counter"]),
        "org_unit_id": unit,
        "category": world.pick(["delay", "price", "manner"], [6, 3, 1]),
        "case_type": world.pick(["complaint", "", "defect"], [60, 35, 5]),
        "severity": world.pick(["low", "normal", "high", "critical", ""], [2, 4, 2, 2, 1]),
        "customer_id": customer(world),
        "first_owner_id": world.maybe(server(world, day), 0.5),
        "in_scope": world.pick(["true", "", "false"], [6, 4, 1]),
        "upheld": world.pick(["true", "", "false", "perhaps"], [4, 3, 3, 1]),
        "root_cause": world.pick(["value", "system", "people", "", "weather"], [2, 2, 2, 3, 1]),
    }


def _add_case(world: World, complaint_id: str) -> None:
    rng, day = world.rng, world.day()
    row = _case(world, complaint_id, day, events_unit(world, day))
    moment = world.moment(day)
    row["received_at"] = world.stamp(moment)
    load = world.load_of(day)
    world.put("complaints", f"{load}-cases", row)
    if load == 1 and rng.random() < 0.12:
        # Moved, and moved up: events may now lie before the receipt.
        later = moment + timedelta(hours=rng.choice([2, 30, -50]))
        changes = [{"received_at": world.stamp(later)}, {"upheld": "true"}, {"severity": "low"}]
        world.put("complaints", "2-cases-again", row | rng.choice(changes))
    clock, owner = moment.astimezone(UTC), ""
    for number, kind in enumerate(rng.choice(COURSES)):
        if rng.random() < 0.1:
            continue
        if number == 0 and rng.random() < 0.15:
            when = clock - timedelta(hours=2)
        else:
            is_sharp = kind in SHARP and rng.random() < 0.15
            clock += timedelta(hours=0 if is_sharp else rng.choice(STEPS))
            when = clock
        local = when.astimezone(world.zone)
        if kind == "assigned" or (kind == "handover_accepted" and rng.random() < 0.3):
            owner = server(world, local.date())
        event = {
            "event_id": f"{complaint_id}-{number}",
            "complaint_id": complaint_id,
            "occurred_at": world.stamp(local),
            "event_type": kind,
            **_details(world, kind, owner),
        }
        if kind == "promised" and rng.random() < 0.85:
            until = when + timedelta(hours=rng.choice(STEPS))
            event["promised_at"] = world.stamp(until.astimezone(world.zone))
        _put_event(world, event, max(load, 2 if local.date() > world.spec.first_as_of else 1))


def _details(world: World, kind: str, owner: str) -> Cells:
    if kind in {"assigned", "handover_accepted"}:
        return {"employee_id": owner, "org_unit_id": world.pick(["", "t1", "t3"])}
    if kind in {"follow_up", "second_follow_up"}:
        return {"outcome": world.pick(["reached", "not_reached", "", "busy"], [5, 3, 1, 1])}
    if kind == "compensated":
        return {"amount": world.pick(["10", "", "0"])}
    if kind == "escalated":
        return {"escalated_to": world.pick(["internal", "media", "pope"])}
    return {}


def _put_event(world: World, event: Cells, load: int) -> None:
    rng = world.rng
    if rng.random() < 0.1:
        load = 2
    world.put("complaint_events", f"{load}-{rng.choice(['steps', 'a-steps'])}", event)
    fate = rng.random()
    if fate < 0.08:
        world.put(
            "complaint_events", f"{load}-steps", event | {"event_id": f"x{event['event_id']}"}
        )
    elif fate < 0.12:
        kind = rng.choice(["acknowledged", "resolved", "waiting_customer"])
        world.put("complaint_events", "2-z-steps", event | {"event_type": kind})
    elif fate < 0.15:
        world.put("complaint_events", "2-z-steps", event | {"is_deleted": "true"})
    elif fate < 0.17:
        world.put("complaint_events", "2-z-steps", event)


def _add_actions(world: World) -> None:
    rng = world.rng
    for number in range(80):
        day = world.day()
        days = {
            "due_on": rng.choice([0, 5, 20, 60]),
            "completed_on": rng.choice([-1, 0, 5, 20, 21, 90]),
            "verified_on": rng.choice([6, 25, 100]),
            "customers_told_on": rng.choice([7, 30]),
        }
        chances = {
            "due_on": 0.85,
            "completed_on": 0.7,
            "verified_on": 0.5,
            "customers_told_on": 0.5,
        }
        row = {
            "action_id": f"a{number:03d}",
            "opened_on": day.isoformat(),
            "org_unit_id": events_unit(world, day),
            "source": world.pick(["survey", "complaint", "inspection", "employee_voice"]),
            "verified_passed": world.pick(["true", "false", ""], [5, 3, 1]),
            "vendor_id": world.pick(["", "v1", "v2"], [6, 1, 1]),
        }
        for name, after in days.items():
            if rng.random() < chances[name]:
                row[name] = (day + timedelta(days=after)).isoformat()
        world.put("corrective_actions", f"{world.load_of(day)}-actions", row)
    revise(
        world,
        "corrective_actions",
        ("action_id",),
        {
            "completed_on": ["", world.spec.first_as_of.isoformat()],
            "source": ["survey", "rumour"],
            "opened_on": [world.at(0.5).isoformat()],
            "verified_passed": ["false", "true", "often"],
        },
    )


def _add_inspections(world: World) -> None:
    rng = world.rng
    answered = [row for row in world.contacts if row["outcome"] == "answered"]
    for number in range(130):
        day = world.day()
        checked = rng.choice([0, 3, 10])
        row = {
            "inspection_id": f"i{number:03d}",
            "inspected_at": world.stamp(world.moment(day)),
            "method": world.pick(["quality_monitoring", "mystery_visit", "site_check"], [5, 2, 2]),
            "org_unit_id": events_unit(world, day),
            "vendor_id": world.pick(["", "v1", "v9"], [6, 1, 1]),
        }
        if rng.random() < 0.6:
            # Whoever is inspected twice, or abandoned, or called out, counts once or never.
            pool = answered if rng.random() < 0.8 else world.contacts
            row["contact_id"] = rng.choice(pool[:40] if rng.random() < 0.3 else pool)["contact_id"]
        if rng.random() < 0.6:
            row["items_checked"] = str(checked)
            row["items_passed"] = str(rng.randrange(checked + 2))
        if rng.random() < 0.5:
            row["critical_errors"] = world.pick(["0", "0", "1", "3", "-1"])
        if rng.random() < 0.5:
            row["score"] = world.pick(["80", "92.5", "0", "100", "100.01", "-3", "66.6666667"])
        load = world.load_of(day)
        world.put("inspections", f"{load}-inspections", row)
        if rng.random() < 0.5:
            for code in ("greeting", "facts", "safety", "close")[: rng.randrange(1, 5)]:
                check = {
                    "inspection_id": row["inspection_id"],
                    "check_code": code,
                    "is_applicable": world.pick(["", "true", "false"], [4, 4, 1]),
                    "passed": world.pick(["true", "false", ""], [6, 2, 1]),
                    "is_critical": world.pick(["true", "false", ""], [2, 3, 3]),
                }
                world.put("inspection_items", f"{load}-checks", check)
    revise(
        world,
        "inspections",
        ("inspection_id",),
        {
            "score": ["", "55", "101"],
            "method": ["site_check", "gossip"],
            "org_unit_id": ["t1", "t3"],
        },
    )
    revise(
        world,
        "inspection_items",
        ("inspection_id", "check_code"),
        {"passed": ["true", "false", ""], "is_applicable": ["false", "true"]},
    )
