"""What the events of a case are made of: their types, their columns, and when anybody is at work."""

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.service.demand import CLOSES, OPENS
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, pick
from evenkeel.simulate.tools.timeline import DAY

TYPES = (
    *("acknowledged", "assigned", "first_reply", "promised", "waiting_customer"),
    *("customer_replied", "resolved", "follow_up", "closed", "reopened", "withdrawn"),
    *("escalated", "compensated", "handover_accepted", "plan_told", "customer_visit"),
    *("alternative_offered", "result_told", "confirmed", "second_follow_up"),
)
WITHDRAWN = TYPES.index("withdrawn")
FOLLOW_UPS = ("reached", "not_reached")


def hours(
    rng: Generator, n: int, median: float, factor: Floats | float = 1.0, spread: float = 0.8
) -> Ints:
    """Return lognormal durations in seconds, one minute at least."""
    drawn = median * factor * np.exp(spread * rng.normal(size=n))
    return np.ceil(np.maximum(drawn * 3600, 60)).astype(np.int64)


def event(
    cases: Rows,
    which: Bools,
    occurred: Ints,
    name: str,
    outcome: Ints | None = None,
    promised: Ints | None = None,
    escalated_to: Ints | None = None,
    amount: Ints | None = None,
) -> Rows:
    """Return one event of each case that it happens to, in the hands of the first owner."""
    none = np.full(len(which), NONE)
    rows: Rows = {
        "case": cases["case"],
        "occurred": occurred,
        "type": np.full(len(which), TYPES.index(name)),
        "unit": cases["unit"],
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
