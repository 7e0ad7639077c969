"""Invitations of a random world, and what was done about low scores."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from .world import Cells, World, revise
from .world_people import customer, events_unit

STAGES = ("delivered_at", "opened_at", "started_at", "completed_at")
CHANNELS = ("sms", "email", "phone", "wechat")
DISPOSITIONS = ("complete", "partial", "refused", "non_contact", "ineligible", "unknown", "gone")
SECOND = timedelta(seconds=1)


def add_invitation(world: World, response: Cells, moment: datetime, survey_load: int) -> None:
    """Invite to most responses; the moments that the invitation names lie before the response."""
    rng = world.rng
    is_test = response["is_test"] == "true" and not world.has("test_invitations")
    if is_test or rng.random() < 0.45:
        return
    before = timedelta(hours=rng.choice([0, 0.5, 5, 40, 200, 700]), seconds=rng.randrange(900))
    first = datetime.combine(world.spec.start, time(), world.zone)
    sent = max(first, moment - before)
    response["invitation_id"] = f"i-{response['response_id']}"
    row = _invitation(world, response["invitation_id"], response["survey_id"], sent)
    row["customer_id"] = response["customer_id"]
    for name in ("contact_id", "complaint_id"):
        row[name] = response[name]
    _go(world, row, sent, rng.randrange(5), (moment - sent) / 5)
    _put(world, row, sent, survey_load)


def add_other_invitations(world: World, surveys: dict[str, tuple[date, date, int]]) -> None:
    """Invitations that nobody answered, those of customers who get many, and planted ones.

    Parameters
    ----------
    surveys
        First and last day and load of every customer survey.
    """
    rng = world.rng
    names = sorted(surveys)
    for number in range(90):
        survey_id = rng.choice(names)
        first, last, load = surveys[survey_id]
        sent = world.moment(first + timedelta(days=rng.randrange((last - first).days + 1)))
        row = _invitation(world, f"u{number:03d}", survey_id, sent)
        _go(
            world,
            row,
            sent,
            rng.choice([0, 0, 1, 1, 2, 3, 4]),
            timedelta(hours=rng.choice([1, 50])),
        )
        _put(world, row, sent, load)
    _crowd(world)
    _plant(world)
    broken = _invitation(world, "broken", "pc", world.moment(world.at(0.5)))
    for number, change in enumerate(
        (
            {"channel": "pigeon"}, {"survey_id": "s-unknown"}, {"sent_at": ""},
            {"sent_at": "1980-01-01T00:00:00Z"}, {"invitation_id": ""},
        )
    ):  # fmt: skip
        row = {**broken, "invitation_id": f"broken-{number}", **change}
        world.put("survey_invitations", "1-invitations", row)
    revise(
        world,
        "survey_invitations",
        ("invitation_id",),
        {
            "disposition": ["complete", "refused", ""],
            "channel": ["email", "phone"],
            "org_unit_id": ["t1", "t3", "nowhere", ""],
            "customer_id": ["c001", "c002", ""],
            "delivered_at": [""],
            "started_at": [""],
        },
    )


def _invitation(world: World, invitation_id: str, survey_id: str, sent: datetime) -> Cells:
    day = sent.astimezone(world.zone).date()
    return {
        "invitation_id": invitation_id,
        "survey_id": survey_id,
        "sent_at": world.stamp(sent),
        "channel": world.pick(CHANNELS, [5, 3, 1, 1]),
        "customer_id": customer(world),
        "org_unit_id": world.maybe(events_unit(world, day), 0.4),
        "attempts": world.pick(["", "1", "3", "-1"]),
        "disposition": world.pick(DISPOSITIONS) if world.rng.random() < 0.2 else "",
    }


def _go(world: World, row: Cells, sent: datetime, stages: int, step: timedelta) -> None:
    """Let an invitation get some stages far, with stamps that are missing or wrong at times."""
    rng, moment = world.rng, sent
    for name in STAGES[:stages]:
        moment += step
        row[name] = world.maybe(world.stamp(moment), 0.25)
    if (stages == 0 and rng.random() < 0.5) or rng.random() < 0.04:
        row["bounced_at"] = world.stamp(sent + SECOND)
    if rng.random() < 0.12:
        row["opted_out_at"] = world.stamp(moment + timedelta(hours=rng.choice([0, 5, 900])))
    if rng.random() < 0.03:
        # Before it was sent: the stamp is blanked.
        row[rng.choice(STAGES)] = world.stamp(sent - SECOND)


def _put(world: World, row: Cells, sent: datetime, survey_load: int) -> None:
    day = sent.astimezone(world.zone).date()
    load = max(world.load_of(day), survey_load)
    world.put("survey_invitations", f"{load}-invitations", row)


def _crowd(world: World) -> None:
    """Several invitations of one customer within and just beyond 30 days, some at one moment."""
    rng = world.rng
    days = (world.last_day - world.spec.start).days - 62
    for number in range(14):
        begin = world.moment(world.spec.start + timedelta(days=rng.randrange(days)))
        instant = begin.astimezone(UTC)
        offsets = [timedelta(), timedelta(days=30), timedelta(days=30) - SECOND]
        offsets += [timedelta(days=rng.randrange(60)) for _ in range(3)]
        offsets += [offsets[-1]] * rng.randrange(2)
        rng.shuffle(offsets)
        for index, offset in enumerate(offsets):
            sent = (instant + offset).astimezone(world.zone)
            survey_id = world.pick(["pc", "fu-1", "rel-ext"], [6, 2, 1])
            row = _invitation(world, f"m{number:02d}-{index}", survey_id, sent)
            row["customer_id"] = f"c{number:03d}"
            _go(world, row, sent, rng.choice([0, 1, 2, 3]), timedelta(minutes=20))
            _put(world, row, sent, 1)


def _plant(world: World) -> None:
    for day in world.planted_days():
        sent = world.moment(day)
        stamp = world.stamp(sent)
        row = {
            "invitation_id": f"planted-{day}",
            "survey_id": "pc",
            "sent_at": stamp,
            "channel": "sms",
            "customer_id": "c001",
            "org_unit_id": "t1",
            **dict.fromkeys(STAGES, stamp),
        }
        world.put("survey_invitations", world.planted_file(day), row)


def turn_to_customer(world: World, response: Cells, moment: datetime) -> None:
    """After some responses, or a little too early or too late, somebody called or wrote."""
    rng = world.rng
    if rng.random() < 0.55:
        return
    when = _turned(world, moment)
    day = when.date()
    if not world.spec.start <= day <= world.last_day:
        return
    load = world.load_of(day)
    response_id, stamp = response["response_id"], world.stamp(when)
    way = rng.randrange(4)
    if way == 0 and response["customer_id"]:
        row = {
            "contact_id": f"back-{response_id}", "started_at": stamp, "channel": "voice",
            "direction": world.pick(["outbound", "inbound"], [5, 1]),
            "customer_id": response["customer_id"], "org_unit_id": "t1", "queue_seconds": "4",
            "outcome": world.pick(["answered", "abandoned"]), "talk_seconds": "100",
        }  # fmt: skip
        world.put("contacts", f"{load}-back", row)
    elif way == 1:
        row = {
            "complaint_id": f"back-{response_id}", "channel": "voice", "org_unit_id": "t1",
            "category": "delay", "received_at": stamp, "response_id": response_id,
        }  # fmt: skip
        world.put("complaints", f"{load}-back", row)
        _follow_up(world, response_id, f"back-{response_id}", stamp, load)
    elif way == 2 and response["complaint_id"] in world.complaint_times:
        _follow_up(world, response_id, response["complaint_id"], stamp, load)
    elif way == 3:
        contact = next(
            (row for row in world.contacts if row["contact_id"] == response["contact_id"]), None
        )
        if contact is not None:
            world.put("contacts", "2-followed", {**contact, "followed_up_at": stamp})


def _turned(world: World, moment: datetime) -> datetime:
    edge = datetime.combine(moment.date() + timedelta(days=3), time(), world.zone)
    return world.rng.choice(
        [
            moment - SECOND, moment, moment + SECOND, moment + timedelta(hours=9),
            moment + timedelta(days=2), edge - SECOND, edge, moment + timedelta(days=4),
        ]
    )  # fmt: skip


def _follow_up(world: World, response_id: str, complaint: str, stamp: str, load: int) -> None:
    row = {
        "event_id": f"back-{response_id}",
        "complaint_id": complaint,
        "occurred_at": stamp,
        "event_type": world.pick(["follow_up", "second_follow_up"], [6, 1]),
    }
    world.put("complaint_events", f"{load}-back", row)
