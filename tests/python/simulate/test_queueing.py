"""The queue agrees with hand counts, and at steady load with Erlang's formulas."""

import math

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from evenkeel.simulate.service.queueing import Served, Shifts, serve
from evenkeel.simulate.tools.arrays import NONE, Ints

DAY = 86_400
FOREVER = 1 << 30


def _agents(lanes: int, agents: int, start: int = 0, end: int = DAY * 2) -> Shifts:
    shape = (lanes, agents)
    return Shifts(np.full(shape, start), np.full(shape, end), np.ones(shape))


def _ints(*values: int) -> Ints:
    return np.array(values, np.int64)


def test_one_agent_by_hand() -> None:
    served = serve(
        _ints(0, 0, 0), _ints(0, 10, 20), _ints(30, 30, 30), _ints(100, 5, 100), _agents(1, 1)
    )
    # The second caller gives up after 5 seconds, so the third waits for the first only.
    assert served.wait.tolist() == [0, 5, 10]
    assert served.agent.tolist() == [0, NONE, 0]


def test_the_agent_who_has_been_free_longest_takes_the_call() -> None:
    served = serve(
        _ints(0, 0, 0), _ints(0, 1, 50), _ints(40, 20, 10), _ints(99, 99, 99), _agents(1, 2)
    )
    assert served.agent.tolist() == [0, 1, 1]


def test_lanes_do_not_meet() -> None:
    served = serve(_ints(0, 1), _ints(0, 1), _ints(500, 500), _ints(99, 99), _agents(2, 1))
    assert served.wait.tolist() == [0, 0]


def test_nobody_takes_a_new_call_after_the_shift() -> None:
    shifts = Shifts(_ints(0, 100)[None], _ints(50, 1000)[None], np.array([[1.0, 2.0]]))
    served = serve(_ints(0, 0), _ints(60, 70), _ints(10, 10), _ints(99, 99), shifts)
    assert served.agent.tolist() == [1, 1]
    # The second agent starts at 100 and needs twice as long.
    assert served.wait.tolist() == [40, 50]


def test_no_callers_are_served_at_once() -> None:
    none = _ints()
    assert serve(none, none, none, none, _agents(1, 1)).wait.tolist() == []


def _steady(rate: float, work: float, patience: float | None, agents: int) -> Served:
    """Serve Poisson arrivals at a steady load, without the first hour from empty to steady."""
    rng = Generator(PCG64(20))
    lanes, hours = 300, 11
    counts = rng.poisson(rate * hours * 3600, lanes)
    lane = np.repeat(np.arange(lanes), counts)
    arrival = rng.integers(0, hours * 3600, len(lane))
    order = np.lexsort((arrival, lane))
    lane, arrival = lane[order], arrival[order]
    needs = np.rint(rng.exponential(work, len(lane))).astype(np.int64)
    waits = np.full(len(lane), FOREVER)
    if patience is not None:
        waits = np.rint(rng.exponential(patience, len(lane))).astype(np.int64)
    served = serve(lane, arrival, needs, waits, _agents(lanes, agents))
    late = arrival >= 3600
    return Served(served.agent[late], served.wait[late], served.pace[late])


def _erlang_c_wait(rate: float, work: float, agents: int) -> float:
    load = rate * work
    blocked = 1.0
    for k in range(1, agents + 1):
        blocked = load * blocked / (k + load * blocked)
    waits = blocked / (1 - load / agents * (1 - blocked))
    return waits * work / (agents - load)


def _erlang_a_abandons(rate: float, work: float, patience: float, agents: int) -> float:
    weights = [1.0]
    for state in range(1, 400):
        leaves = min(state, agents) / work + max(state - agents, 0) / patience
        weights.append(weights[-1] * rate / leaves)
    queue = sum(max(state - agents, 0) * w for state, w in enumerate(weights)) / sum(weights)
    return queue / patience / rate


@pytest.mark.parametrize(("rate", "work", "agents"), [(0.004, 300.0, 2), (0.01, 300.0, 5)])
def test_waits_agree_with_erlang_c(rate: float, work: float, agents: int) -> None:
    served = _steady(rate, work, None, agents)
    assert served.wait.mean() == pytest.approx(_erlang_c_wait(rate, work, agents), rel=0.06)


@pytest.mark.parametrize(
    ("rate", "work", "patience", "agents"), [(0.004, 300.0, 180.0, 1), (0.01, 300.0, 120.0, 3)]
)
def test_abandonment_agrees_with_erlang_a(
    rate: float, work: float, patience: float, agents: int
) -> None:
    served = _steady(rate, work, patience, agents)
    share = float((served.agent == NONE).mean())
    expected = _erlang_a_abandons(rate, work, patience, agents)
    # Callers of one lane are alike, so the error is wider than that of independent ones.
    error = 2.5 * math.sqrt(expected * (1 - expected) / len(served.agent))
    assert share == pytest.approx(expected, abs=3 * error)
