"""A first-come-first-served queue with impatient callers and agents on shift.

Many queues run side by side, one lane each (a team's day). The loop goes over the places in the
queue, and each step serves one caller in every lane at once.
"""

from dataclasses import dataclass

import numpy as np

from evenkeel.simulate.tools.arrays import NONE, Floats, Ints

_BITS = 21
_NEVER = np.int64(1 << (_BITS - 1))
"""Later than any moment of a lane, which lasts two days at most."""


@dataclass(frozen=True)
class Shifts:
    """Agents by lane, in seconds of the lane's day, all (lanes, agents).

    An agent takes calls from ``start`` on and no new one from ``end`` on; ``pace`` multiplies how
    long a call takes. An agent who is not there has an end at or before the start.
    """

    start: Ints
    end: Ints
    pace: Floats


@dataclass(frozen=True)
class Served:
    """What became of each caller.

    ``agent`` is the place in the lane, -1 for a caller who gave up; ``wait`` the seconds until an
    answer or until giving up.
    """

    agent: Ints
    wait: Ints
    pace: Floats


def serve(lane: Ints, arrival: Ints, work: Ints, patience: Ints, shifts: Shifts) -> Served:
    """Run every lane's queue.

    Parameters
    ----------
    lane
        The lane of each caller; callers are sorted by lane, then by arrival.
    arrival, work, patience
        When a caller joins the queue, how long the call keeps an average agent busy, and how long
        the caller waits at most, in seconds (arrivals from the start of the lane's day).
    shifts
        The agents.

    Notes
    -----
    A caller who gives up leaves no trace on the agents, so the wait that a caller is offered
    follows from the moments at which the agents become free. Of several free agents the one who
    has been free longest takes the call.
    """
    n = len(lane)
    agent = np.full(n, NONE)
    wait = np.zeros(n, np.int64)
    pace = np.ones(n)
    if n == 0:
        return Served(agent, wait, pace)
    free = np.where(shifts.end > shifts.start, shifts.start, _NEVER)
    first = np.flatnonzero(np.r_[True, lane[1:] != lane[:-1]])
    length = np.diff(np.r_[first, n])
    for place in range(int(length.max())):
        caller = first[length > place] + place
        here = lane[caller]
        ready = np.maximum(free[here], arrival[caller][:, None])
        ready = np.where(ready < shifts.end[here], ready, _NEVER)
        best = np.argmin((ready << _BITS) + free[here], axis=1)
        start = ready[np.arange(len(caller)), best]
        offered = start - arrival[caller]
        stays = offered <= patience[caller]
        wait[caller] = np.minimum(offered, patience[caller])
        caller, here, best, start = caller[stays], here[stays], best[stays], start[stays]
        agent[caller] = best
        pace[caller] = shifts.pace[here, best]
        free[here, best] = start + np.rint(work[caller] * pace[caller]).astype(np.int64)
    return Served(agent, wait, pace)
