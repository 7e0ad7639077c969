"""What happens to a case, from its acknowledgement to its closing."""

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.service.case_events import event, hours, in_opening_hours
from evenkeel.simulate.service.complaint_care import accompany, hand_over, held
from evenkeel.simulate.tools.arrays import Bools, Floats, Ints, Rows, join, pick, size
from evenkeel.simulate.tools.timeline import DAY

ESCALATED_TO = ("internal", "regulator", "government_hotline", "consumer_body", "media")
ESCALATED_TO_SHARES = np.array([0.8, 0.06, 0.08, 0.045, 0.015])
ESCALATED_BY_SEVERITY = np.array([0.01, 0.04, 0.12, 0.35])
"""Probability of an escalation, unless the case is withdrawn."""
COMPENSATED = 0.25
"""Share of the upheld and settled complaints that are paid for."""
MEDIAN_COMPENSATION = np.array([30.0, 60.0, 120.0, 300.0])
"""By severity, in yuan."""
SEVERITY_PACE = np.array([1.3, 1.0, 0.75, 0.5])
MEDIAN_HOURS = 60.0
PROMISED_DAYS = np.array([7, 5, 3, 2])
NEVER_SETTLED = 0.02
LEFT_OPEN_AFTER_RESOLUTION = 0.06


def course(rng: Generator, escalations: Generator, care: Generator, cases: Rows) -> Rows:
    """Plan every event of each case, in order of time; nothing knows yet where the world ends.

    Columns: case, occurred, type (place in `TYPES`), unit (place among all), employee, outcome,
    promised, escalated_to, amount (in cents). Escalations and compensations have numbers of their
    own, and so has the care that is taken of the customer on the way.
    """
    n = size(cases)
    acknowledged = in_opening_hours(cases["received"] + hours(rng, n, 0.7))
    acknowledged = np.where(
        cases["is_slow"], in_opening_hours(acknowledged + cases["delay"]), acknowledged
    )
    assigned = in_opening_hours(acknowledged + hours(rng, n, 1.0))
    replied = in_opening_hours(assigned + hours(rng, n, 4.0, cases["slowness"]))
    pace = cases["slowness"] * SEVERITY_PACE[cases["severity"]]
    asked = in_opening_hours(replied + hours(rng, n, 5.0))
    told = in_opening_hours(asked + hours(rng, n, 30.0))
    waits = cases["waits_for_customer"]
    restart = np.where(waits, told, replied)
    resolved = in_opening_hours(restart + hours(rng, n, MEDIAN_HOURS, pace, spread=1.0))
    until_closed = hours(rng, n, 30.0)
    chance = rng.random((6, n))
    withdrawn = chance[0] < 0.04
    settled = ~withdrawn & (chance[1] >= NEVER_SETTLED)
    closes = settled & (chance[2] >= LEFT_OPEN_AFTER_RESOLUTION)
    at_once = settled & cases["settles_at_once"]
    acknowledged, assigned, replied, resolved = (
        np.where(at_once, cases["received"] + (part * cases["quick"]).astype(np.int64), usual)
        for part, usual in ((0.1, acknowledged), (0.2, assigned), (0.5, replied), (1.0, resolved))
    )
    closed = in_opening_hours(resolved + until_closed)
    promises = ~withdrawn & (chance[3] < 0.6) & ~at_once
    due = (replied // DAY + PROMISED_DAYS[cases["severity"]]) * DAY + 18 * 3600
    gives_up = in_opening_hours(assigned + hours(rng, n, 20.0))
    everybody = np.ones(n, np.bool_)
    parts = [
        event(cases, everybody, acknowledged, "acknowledged"),
        event(cases, everybody, assigned, "assigned"),
        event(cases, withdrawn, gives_up, "withdrawn"),
        event(cases, ~withdrawn, replied, "first_reply"),
        event(cases, promises, replied + 60, "promised", promised=due),
        event(cases, ~withdrawn & waits, asked, "waiting_customer"),
        event(cases, ~withdrawn & waits, told, "customer_replied"),
        event(cases, settled, resolved, "resolved"),
        event(cases, closes, closed, "closed"),
    ]
    afterwards, called, is_reached, reopens = _after(
        rng, cases, settled, closes, resolved, closed, pace
    )
    parts += afterwards
    parts += _escalations(escalations, cases, ~withdrawn, settled, replied, resolved)
    passed = hand_over(care, cases, ~withdrawn & ~at_once, assigned, resolved)
    parts += passed.events
    times = {"assigned": assigned, "replied": replied, "resolved": resolved, "closed": closed}
    states = {"stays": ~withdrawn, "settled": settled, "closes": closes, "at_once": at_once}
    parts += accompany(care, cases, times, states, called, is_reached & ~reopens)
    events = join(parts)
    events = pick(events, np.lexsort((events["type"], events["case"], events["occurred"])))
    return held(cases, passed, events)


def _after(
    rng: Generator,
    cases: Rows,
    settled: Bools,
    closes: Bools,
    resolved: Ints,
    closed: Ints,
    pace: Floats,
) -> tuple[list[Rows], Ints, Bools, Bools]:
    """Follow up what was resolved, and open some cases again.

    Returns
    -------
    The events; when customers are called, who of them is reached, and which cases reopen.
    """
    n = size(cases)
    chance = rng.random((3, n))
    asked = settled & (chance[0] < 0.55)
    outcome = (chance[1] > 0.7).astype(np.int64)
    follow_up = in_opening_hours(resolved + hours(rng, n, 40.0, spread=0.5))
    reopens = closes & (chance[2] < 0.07)
    reopened = in_opening_hours(closed + hours(rng, n, 90.0))
    again = in_opening_hours(reopened + hours(rng, n, MEDIAN_HOURS, pace))
    shut = in_opening_hours(again + hours(rng, n, 20.0))
    events = [
        event(cases, asked, follow_up, "follow_up", outcome=outcome),
        event(cases, reopens, reopened, "reopened"),
        event(cases, reopens, again, "resolved"),
        event(cases, reopens, shut, "closed"),
    ]
    return events, follow_up, asked & (outcome == 0), reopens


def _escalations(
    rng: Generator, cases: Rows, stays: Bools, settled: Bools, replied: Ints, resolved: Ints
) -> list[Rows]:
    """Escalate some cases while they are open, and pay for some that were upheld."""
    n = size(cases)
    chance = rng.random((4, n))
    severity = cases["severity"]
    escalates = stays & (chance[0] < ESCALATED_BY_SEVERITY[severity])
    part = 0.1 + 0.8 * chance[1]
    escalated = replied + (part * (resolved - replied)).astype(np.int64)
    target = np.searchsorted(np.cumsum(ESCALATED_TO_SHARES[:-1]), chance[2], side="right")
    pays = settled & (cases["upheld"] == 1) & (cases["type"] == 0) & (chance[3] < COMPENSATED)
    paid = in_opening_hours(resolved + hours(rng, n, 20.0))
    yuan = MEDIAN_COMPENSATION[severity] * np.exp(0.5 * rng.normal(size=n))
    amount = np.rint(100 * yuan).astype(np.int64)
    return [
        event(cases, escalates, escalated, "escalated", escalated_to=target),
        event(cases, pays, paid, "compensated", amount=amount),
    ]
