"""Contacts: the way of each through menu and queue to an agent, and how it felt."""

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.business.customers import TIER_EFFECT
from evenkeel.simulate.people.staff import Rota
from evenkeel.simulate.service.demand import (
    CHANNELS,
    CHAT,
    CLOSES,
    EMAIL,
    OPENS,
    VOICE,
    demand,
    hourly_rates,
)
from evenkeel.simulate.service.queueing import Shifts, serve
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, known, pick, size
from evenkeel.simulate.tools.files import flag, key, moment, number, scaled, text
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

OUTCOMES = ("answered", "abandoned", "ivr_contained", "ivr_abandoned", "callback_requested")
ANSWERED, ABANDONED, CONTAINED, IVR_ABANDONED, CALLBACK = range(5)
FOLLOW_UPS = ("reached", "not_reached")
NUMBERS_PER_MONTH = 10_000_000
SHORT_SECONDS = 5
ABUSIVE_SHARE = 0.008
"""Share of the answered contacts in which the agent is abused."""

LATE_SHIFT = 14
QUEUED_SHARE = 0.74
"""Planned share of contacts that reach the queue."""
WRAP_SECONDS = 75.0
"""Planned work in a contact beside the talk."""

SOLVED_EFFECT = 0.9
WAIT_EFFECT = -0.25
"""Per unit of log(1 + minutes in the queue)."""
REPEAT_EFFECT = -0.25
BASE = 0.85


def contacts_of(world: World, month: Month) -> Rows:
    """Return all contacts of a month, those after the last simulated day too.

    What a month holds must not depend on where it is cut off, so cutting is left to the writing.

    Beside what `demand` returns: contact (its number), is_outbound, ivr, queue, first_reply, talk,
    hold, after (seconds, -1 where there are none), outcome, employee, end (moment), is_solved,
    transfers, experience (what the customer feels, answered or not).
    """
    rates = hourly_rates(world, month)
    contacts = demand(world, month, rates)
    n = size(contacts)
    rng = world.stream("contacts.handling", month)
    _enter(rng, contacts, n)
    _draw_work(rng, world, contacts, n)
    _queue(rng, world, month, contacts, rates)
    _write_back(rng, contacts, n)
    _finish(rng, world, month, contacts, n)
    contacts["contact"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(n)
    return contacts


def _enter(rng: Generator, contacts: Rows, n: int) -> None:
    """Send callers through the menu; some calls go out instead of coming in."""
    chance = rng.random((2, n))
    outbound = (chance[0] < 0.03) & (contacts["channel"] == VOICE) & ~contacts["is_repeat"]
    menu = (contacts["channel"] == VOICE) & ~outbound
    contained = menu & ~contacts["is_repeat"] & (chance[1] < 0.09)
    left = menu & (chance[1] > 0.98)
    seconds = np.ceil(np.exp(rng.normal(3.4, 0.45, n))).astype(np.int64)
    contacts["is_outbound"] = outbound
    contacts["ivr"] = np.where(menu, np.where(contained, seconds * 3, seconds), NONE)
    contacts["outcome"] = np.where(contained, CONTAINED, np.where(left, IVR_ABANDONED, ANSWERED))


def _draw_work(rng: Generator, world: World, contacts: Rows, n: int) -> None:
    """Draw the work in each contact: what an average agent would need."""
    spread = rng.normal(size=(3, n))
    chat = contacts["channel"] == CHAT
    queue = world.organisation.queue[contacts["team"]]
    talk = (
        world.organisation.scenario.talk_seconds[queue]
        * np.where(chat, 1.4, 1.0)
        * np.exp(0.6 * spread[0])
    )
    holds = (rng.random(n) < 0.18) & ~chat
    contacts["talk"] = np.ceil(talk).astype(np.int64)
    contacts["hold"] = np.where(holds, np.ceil(np.exp(3.9 + 0.7 * spread[1])), 0).astype(np.int64)
    contacts["after"] = np.ceil(np.exp(3.8 + 0.6 * spread[2])).astype(np.int64)


def _queue(rng: Generator, world: World, month: Month, contacts: Rows, rates: Floats) -> None:
    """Let callers and chatters wait for an agent of their team; the others get one at leisure."""
    n = size(contacts)
    day = (contacts["start"] - month.start) // DAY
    waits = (contacts["channel"] <= CHAT) & ~contacts["is_outbound"]
    waits &= contacts["outcome"] == ANSWERED
    patience, ring = _patience(rng, contacts["channel"], n)
    agents = agents_needed(world, rates)
    rota = world.staff.rota(month, int(agents.sum(axis=1).max()))
    lane = contacts["team"] * month.days + day
    arrival = contacts["start"] + np.maximum(contacts["ivr"], 0) - month.start - day * DAY
    rows = np.flatnonzero(waits)
    rows = rows[np.lexsort((arrival[rows], lane[rows]))]
    shifts = _shifts(world, month, agents, rota)
    work = contacts["talk"] + contacts["hold"] + contacts["after"] + ring
    served = serve(lane[rows], arrival[rows], work[rows], patience[rows], shifts)
    place = rng.integers(0, 1 << 20, n) % rota.employee.shape[2]
    pace = rota.pace[contacts["team"], day, place]
    gave_up = np.zeros(n, np.bool_)
    wait = np.full(n, NONE)
    place[rows], pace[rows], gave_up[rows] = served.agent, served.pace, served.agent == NONE
    # Even a free agent's telephone rings; who hangs up before has abandoned, too.
    wait[rows] = np.where(gave_up[rows], served.wait, served.wait + ring[rows])
    hung_up = waits & ~gave_up & (wait > patience)
    wait = np.where(hung_up, patience, wait)
    gave_up |= hung_up
    wants_call = (rng.random(n) < 0.06) & (contacts["channel"] == VOICE)
    wants_call &= wait > 30
    contacts["outcome"] = np.where(
        gave_up, np.where(wants_call, CALLBACK, ABANDONED), contacts["outcome"]
    )
    contacts["queue"] = wait
    talks = contacts["outcome"] == ANSWERED
    employee = rota.employee[contacts["team"], day, place]
    contacts["employee"] = np.where(talks, employee, NONE)
    for part in ("talk", "hold", "after"):
        seconds = np.rint(contacts[part] * pace).astype(np.int64)
        contacts[part] = np.where(talks, seconds, NONE)


def _patience(rng: Generator, channel: Ints, n: int) -> tuple[Ints, Ints]:
    """Return how long each caller waits at most, and how long the telephone rings."""
    mean = np.where(channel == CHAT, 240.0, 190.0)
    patience = np.ceil(mean * rng.exponential(size=n)).astype(np.int64) + 6
    misdialled = rng.random(n) < 0.012
    patience = np.where(misdialled, rng.integers(1, SHORT_SECONDS + 1, n), patience)
    return patience, 2 + rng.poisson(3, n)


def agents_needed(world: World, rates: Floats) -> Ints:
    """Return agents on duty by team and shift (early, late), from the expected load."""
    shift = LATE_SHIFT - OPENS
    seconds = world.organisation.scenario.talk_seconds * 1.25 + WRAP_SECONDS
    minutes = seconds[world.organisation.queue] / 3600
    by_hour = rates.mean(axis=1) * QUEUED_SHARE * minutes[:, None]
    load = np.stack([by_hour[:, :shift].mean(axis=1), by_hour[:, shift:].mean(axis=1)], axis=1)
    agents = np.rint(load + world.organisation.staffing[:, None] * np.sqrt(load))
    return np.asarray(np.maximum(agents, 1), np.int64)


def _shifts(world: World, month: Month, agents: Ints, rota: Rota) -> Shifts:
    teams, days = world.organisation.teams, month.days
    # The rota goes deeper than the shifts: messages fall to anybody in it.
    place = np.arange(agents.sum(axis=1).max())
    early = place < agents[:, :1]
    late = ~early & (place < agents.sum(axis=1)[:, None])
    start = np.where(late, LATE_SHIFT, OPENS) * 3600
    # The late shift stays until the queue is empty.
    end = np.where(early, LATE_SHIFT * 3600, np.where(late, (CLOSES + 10) * 3600, 0))
    return Shifts(
        np.repeat(start, days, axis=0),
        np.repeat(end, days, axis=0),
        rota.pace[:, :, place].reshape(teams * days, -1),
    )


def _write_back(rng: Generator, contacts: Rows, n: int) -> None:
    """Answer messages: the desk clears its inbox before the day ends."""
    message = contacts["channel"] >= EMAIL
    reply = np.ceil(np.exp(rng.normal(8.4, 0.9, n))).astype(np.int64)
    day_end = (contacts["start"] // DAY + 1) * DAY
    reply = np.minimum(reply, day_end - 60 - contacts["start"])
    chat = contacts["channel"] == CHAT
    answered_chat = chat & (contacts["outcome"] == ANSWERED)
    contacts["first_reply"] = np.where(
        message, reply, np.where(answered_chat, contacts["queue"], NONE)
    )
    for part in ("talk", "hold"):
        contacts[part] = np.where(message, NONE, contacts[part])


def _finish(rng: Generator, world: World, month: Month, contacts: Rows, n: int) -> None:
    """Say when each contact ended, whether it solved the matter and how it felt."""
    answered = contacts["outcome"] == ANSWERED
    parts = [np.maximum(contacts[part], 0) for part in ("ivr", "queue", "talk", "hold")]
    spoken = contacts["start"] + sum(parts)
    contacts["end"] = np.where(
        contacts["channel"] >= EMAIL, contacts["start"] + contacts["first_reply"], spoken
    )
    contacts["is_solved"] = answered & ~contacts["is_unsolved"]
    contacts["transfers"] = np.where(answered, rng.poisson(0.08, n), NONE)
    minutes = np.maximum(contacts["queue"], 0) / 60
    tier = world.customers.people["tier"][contacts["customer"]]
    # Messages may fall to a team without anybody in it.
    has_agent = answered & (contacts["employee"] != NONE)
    touch = world.staff.people["touch"][np.maximum(contacts["employee"] - 1, 0)]
    contacts["experience"] = (
        BASE
        + world.organisation.satisfaction(month.index)[contacts["team"]]
        + SOLVED_EFFECT * (contacts["is_solved"] - 0.79)
        + WAIT_EFFECT * (np.log1p(minutes) - 0.2)
        + REPEAT_EFFECT * contacts["is_repeat"]
        + TIER_EFFECT[tier]
        + world.customers.people["temper"][contacts["customer"]]
        + np.where(has_agent, touch, 0.0)
        + rng.normal(0, 0.55, n)
        - 0.4 * ~answered
    )


def asked_for_a_person(contacts: Rows) -> Bools:
    """Return which contacts came in and did not end in the menu."""
    in_menu = np.isin(contacts["outcome"], (CONTAINED, IVR_ABANDONED))
    return np.asarray(~contacts["is_outbound"] & ~in_menu)


def write_contacts(world: World, month: Month, contacts: Rows) -> None:
    """Write the contacts that a month has seen by its end.

    Beside the columns of `contacts_of`, complaint is the number of the case made in it, or -1.
    Adds is_abusive.
    """
    rng = world.stream("contacts.details", month)
    happened = contacts["start"] < world.timeline.horizon
    chance = rng.random((6, size(contacts)))
    contacts["is_abusive"] = (contacts["outcome"] == ANSWERED) & (chance[4] < ABUSIVE_SHARE)
    chance = chance[:, happened]
    amount = np.exp(rng.normal(8.4, 0.6, size(contacts)))[happened]
    contacts = pick(contacts, happened)
    answered = contacts["outcome"] == ANSWERED
    sales = world.organisation.queue[contacts["team"]] == 2
    offered = answered & (chance[0] < np.where(sales, 0.7, 0.06))
    sold = offered & (chance[1] < 0.22)
    judged_right = chance[2] > 0.08
    marked = np.where(judged_right, contacts["is_solved"], ~contacts["is_solved"])
    gave_up = contacts["outcome"] == ABANDONED
    called_back = gave_up & (contacts["queue"] > 60) & (chance[3] < 0.25)
    day_end = (contacts["start"] // DAY + 1) * DAY
    follow_up = np.minimum(
        contacts["end"] + 3600 + (chance[4] * 7200).astype(np.int64), day_end - 1
    )
    follow_up = known(np.where(called_back, follow_up, NONE), world.timeline.horizon)
    reached = np.where(follow_up == NONE, NONE, (chance[5] > 0.6).astype(np.int64))
    ids, scenario = world.organisation.team_ids, world.organisation.scenario
    world.landing.write(
        "contacts",
        month.key,
        {
            "contact_id": key(contacts["contact"], "K"),
            "started_at": moment(contacts["start"]),
            "channel": text(contacts["channel"], CHANNELS),
            "direction": text(contacts["is_outbound"].astype(np.int64), ("inbound", "outbound")),
            "queue": text(world.organisation.queue[contacts["team"]], scenario.queues),
            "customer_id": key(contacts["customer"] + 1, digits=7),
            "org_unit_id": text(contacts["team"], ids),
            "employee_id": key(contacts["employee"], "E", 5),
            "issue_code": text(contacts["issue"], scenario.issues),
            "ivr_seconds": number(contacts["ivr"]),
            "queue_seconds": number(contacts["queue"]),
            "first_reply_seconds": number(contacts["first_reply"]),
            "talk_seconds": number(contacts["talk"]),
            "hold_seconds": number(contacts["hold"]),
            "after_contact_seconds": number(contacts["after"]),
            "outcome": text(contacts["outcome"], OUTCOMES),
            "transfer_count": number(contacts["transfers"]),
            "agent_marked_resolved": flag(np.where(answered, marked, NONE)),
            "used_knowledge_base": flag(np.where(answered, chance[3] < 0.4, NONE)),
            "is_proactive": flag(contacts["is_outbound"]),
            "is_abusive": flag(np.where(answered, contacts["is_abusive"], NONE)),
            "is_sale_offered": flag(np.where(answered, offered, NONE)),
            "sale_amount": scaled(np.where(sold, np.rint(amount), NONE).astype(np.int64), 2),
            "complaint_id": key(contacts["complaint"], "C"),
            "followed_up_at": moment(follow_up),
            "follow_up_outcome": text(reached, FOLLOW_UPS),
        },
        file_type="parquet",
    )
