"""What happens to a case, from its acknowledgement to its closing."""

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.service.demand import CLOSES, OPENS
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, join, pick, size
from evenkeel.simulate.tools.timeline import DAY

TYPES = (
    *("acknowledged", "assigned", "first_reply", "promised", "waiting_customer"),
    *("customer_replied", "resolved", "follow_up", "closed", "reopened", "withdrawn"),
    *("escalated", "compensated"),
)
WITHDRAWN = TYPES.index("withdrawn")
ESCALATED_TO = ("internal", "regulator", "government_hotline", "consumer_body", "media")
ESCALATED_TO_SHARES = np.array([0.8, 0.06, 0.08, 0.045, 0.015])
ESCALATED_BY_SEVERITY = np.array([0.01, 0.04, 0.12, 0.35])
"""Probability of an escalation, unless the case is withdrawn."""
COMPENSATED = 0.25
"""Share of the upheld and settled complaints that are paid for."""
MEDIAN_COMPENSATION = np.array([30.0, 60.0, 120.0, 300.0])
"""By severity, in yuan."""
FOLLOW_UPS = ("reached", "not_reached")
SEVERITY_PACE = np.array([1.3, 1.0, 0.75, 0.5])
MEDIAN_HOURS = 60.0
PROMISED_DAYS = np.array([7, 5, 3, 2])
NEVER_SETTLED = 0.02
LEFT_OPEN_AFTER_RESOLUTION = 0.06


def course(rng: Generator, escalations: Generator, cases: Rows) -> Rows:
    """Plan every event of each case, in order of time; nothing knows yet where the world ends.

    Columns: case, occurred, type (place in `TYPES`), team, employee, outcome, promised,
    escalated_to, amount (in cents). Escalations and compensations have numbers of their own.
    """
    n = size(cases)
    received = cases["received"]
    acknowledged = in_opening_hours(received + _hours(rng, n, 0.7))
    assigned = in_opening_hours(acknowledged + _hours(rng, n, 1.0))
    replied = in_opening_hours(assigned + _hours(rng, n, 4.0, cases["slowness"]))
    pace = cases["slowness"] * SEVERITY_PACE[cases["severity"]]
    asked = in_opening_hours(replied + _hours(rng, n, 5.0))
    told = in_opening_hours(asked + _hours(rng, n, 30.0))
    waits = cases["waits_for_customer"]
    restart = np.where(waits, told, replied)
    resolved = in_opening_hours(restart + _hours(rng, n, MEDIAN_HOURS, pace, spread=1.0))
    closed = in_opening_hours(resolved + _hours(rng, n, 30.0))
    chance = rng.random((6, n))
    withdrawn = chance[0] < 0.04
    settled = ~withdrawn & (chance[1] >= NEVER_SETTLED)
    closes = settled & (chance[2] >= LEFT_OPEN_AFTER_RESOLUTION)
    promises = ~withdrawn & (chance[3] < 0.6)
    due = (replied // DAY + PROMISED_DAYS[cases["severity"]]) * DAY + 18 * 3600
    gives_up = in_opening_hours(assigned + _hours(rng, n, 20.0))
    everybody = np.ones(n, np.bool_)
    parts = [
        _event(cases, everybody, acknowledged, "acknowledged"),
        _event(cases, everybody, assigned, "assigned"),
        _event(cases, withdrawn, gives_up, "withdrawn"),
        _event(cases, ~withdrawn, replied, "first_reply"),
        _event(cases, promises, replied + 60, "promised", promised=due),
        _event(cases, ~withdrawn & waits, asked, "waiting_customer"),
        _event(cases, ~withdrawn & waits, told, "customer_replied"),
        _event(cases, settled, resolved, "resolved"),
        _event(cases, closes, closed, "closed"),
    ]
    parts += _after(rng, cases, settled, closes, resolved, closed, pace)
    parts += _escalations(escalations, cases, ~withdrawn, settled, replied, resolved)
    events = join(parts)
    return pick(events, np.lexsort((events["type"], events["case"], events["occurred"])))


def _after(
    rng: Generator,
    cases: Rows,
    settled: Bools,
    closes: Bools,
    resolved: Ints,
    closed: Ints,
    pace: Floats,
) -> list[Rows]:
    """Follow up what was resolved, and open some cases again."""
    n = size(cases)
    chance = rng.random((3, n))
    asked = settled & (chance[0] < 0.55)
    outcome = (chance[1] > 0.7).astype(np.int64)
    follow_up = in_opening_hours(resolved + _hours(rng, n, 40.0, spread=0.5))
    reopens = closes & (chance[2] < 0.07)
    reopened = in_opening_hours(closed + _hours(rng, n, 90.0))
    again = in_opening_hours(reopened + _hours(rng, n, MEDIAN_HOURS, pace))
    shut = in_opening_hours(again + _hours(rng, n, 20.0))
    return [
        _event(cases, asked, follow_up, "follow_up", outcome=outcome),
        _event(cases, reopens, reopened, "reopened"),
        _event(cases, reopens, again, "resolved"),
        _event(cases, reopens, shut, "closed"),
    ]


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
    paid = in_opening_hours(resolved + _hours(rng, n, 20.0))
    yuan = MEDIAN_COMPENSATION[severity] * np.exp(0.5 * rng.normal(size=n))
    amount = np.rint(100 * yuan).astype(np.int64)
    return [
        _event(cases, escalates, escalated, "escalated", escalated_to=target),
        _event(cases, pays, paid, "compensated", amount=amount),
    ]


def _hours(
    rng: Generator, n: int, median: float, factor: Floats | float = 1.0, spread: float = 0.8
) -> Ints:
    """Return lognormal durations in seconds, one minute at least."""
    hours = median * factor * np.exp(spread * rng.normal(size=n))
    return np.ceil(np.maximum(hours * 3600, 60)).astype(np.int64)


def _event(
    cases: Rows,
    which: Bools,
    occurred: Ints,
    name: str,
    outcome: Ints | None = None,
    promised: Ints | None = None,
    escalated_to: Ints | None = None,
    amount: Ints | None = None,
) -> Rows:
    none = np.full(len(which), NONE)
    rows: Rows = {
        "case": cases["case"],
        "occurred": occurred,
        "type": np.full(len(which), TYPES.index(name)),
        "team": cases["team"],
        "employee": cases["owner"] if name != "withdrawn" else none,
        "outcome": none if outcome is None else outcome,
        "promised": none if promised is None else promised,
        "escalated_to": none if escalated_to is None else escalated_to,
        "amount": none if amount is None else amount,
    }
    return pick(rows, which)


def in_opening_hours(moments: Ints) -> Ints:
    """Put off what falls into the night to the next morning, by how far it lies in the night."""
    into_day = moments % DAY
    night = DAY - (CLOSES - OPENS) * 3600
    into_night = (into_day - CLOSES * 3600) % DAY
    is_night = into_night < night
    # The night of 12 hours becomes the first hour and a quarter of the morning.
    morning = moments - into_night + night + into_night // 10
    return np.where(is_night, morning, moments)
