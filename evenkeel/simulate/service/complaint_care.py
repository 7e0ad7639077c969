"""How a complaint is cared for: who answers for it, and what the customer is told on the way."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.service.case_events import TYPES, event, hours, in_opening_hours
from evenkeel.simulate.service.demand import OPENS
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, logistic, size
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

PASSES_ON = np.array([-0.5, -1.5])
"""Log odds that the first owner passes a complaint on: before first-contact responsibility is in
force, and from then on."""
WARM = np.array([0.35, 0.85])
"""Share of those that the next owner is recorded to have accepted, before and from then on."""
FIRST_TELLS = np.array([0.2, 0.7])
"""Share of those passed on of which the first owner tells the result, before and from then on."""
PASSED_AGAIN = 0.25
TO_BACK_OFFICE = 0.25
"""Share of the first hand-offs that go to the back office of the site and to no person."""
TELLS_PLAN = 1.1
"""Log odds that the customer is told what will be done and by when."""
SLOW, SLOW_DAYS = -2.0, 1
"""Log odds that an acknowledgement lies about, and for how many days at least."""
AT_ONCE = np.array([0.5, 0.2, 0.0, 0.0])
"""Share by severity of the complaints that are settled on the spot, of those that can be."""
AT_ONCE_BEFORE = 18
"""The hour until which a complaint can be settled on the spot, the same day."""
TEAM_SPREAD = {"passes_on": 0.5, "tells_plan": 0.5, "slow": 0.5}
"""Standard deviation between teams, in log odds."""
VISITED = np.array([0.01, 0.03, 0.12, 0.3])
OFFERED_ALTERNATIVE = np.array([0.02, 0.05, 0.1, 0.15])
RESULT_TOLD = 0.9
CONFIRMED = 0.6
"""Share of the results told that the customer confirms, of complaints that are closed."""
SECOND_FOLLOW_UP, SECOND_REACHED = 0.4, 0.75
SECOND_AFTER_HOURS = 240.0


@dataclass(frozen=True)
class Passed:
    """When cases change hands for the first and for the second time, where they do at all."""

    first: Bools
    first_at: Ints
    again: Bools
    again_at: Ints
    events: list[Rows]


def habits(world: World) -> dict[str, Floats]:
    """Return the log odds by which each team differs from the others."""
    rng = stream(world.seed, "complaints.habits")
    teams = world.organisation.teams
    return {name: rng.normal(0, spread, teams) for name, spread in TEAM_SPREAD.items()}


def in_force_from(world: World) -> int | None:
    """Return the first moment of first-contact responsibility, None if that lies ahead."""
    month = world.size.responsible_month
    if not world.organisation.happened(month):
        return None
    return world.timeline.months[month].start


def plan_care(world: World, month: Month, cases: Rows) -> None:
    """Decide how each case is to be cared for, as far as its course lets it."""
    rng = world.stream("complaints.plans", month)
    n, team = size(cases), cases["team"]
    by_team = habits(world)
    since = in_force_from(world)
    in_force = np.zeros(n, np.int64) if since is None else (cases["received"] >= since).astype(int)
    chance = rng.random((8, n))
    hour = cases["received"] % DAY // 3600
    can = (hour >= OPENS) & (hour < AT_ONCE_BEFORE) & ~cases["waits_for_customer"]
    cases["unit"] = world.organisation.unit_of(team)
    cases["settles_at_once"] = can & (chance[0] < AT_ONCE[cases["severity"]])
    # From ten minutes to an hour and a half.
    cases["quick"] = rng.integers(600, 5400, n)
    cases["is_slow"] = chance[1] < logistic(SLOW + by_team["slow"])[team]
    cases["delay"] = SLOW_DAYS * DAY + hours(rng, n, 8.0)
    cases["tells_plan"] = chance[2] < logistic(TELLS_PLAN + by_team["tells_plan"])[team]
    odds = PASSES_ON[in_force] + by_team["passes_on"][team]
    cases["is_warm"] = chance[3] < WARM[in_force]
    cases["is_warm_again"] = chance[4] < WARM[in_force]
    cases["first_tells"] = chance[5] < FIRST_TELLS[in_force]
    rota = world.staff.rota(month, 4)
    on_duty = rota.employee[team, (cases["received"] - month.start) // DAY]
    to_office = chance[6] < TO_BACK_OFFICE
    next_owner = np.where(to_office, NONE, _other_than(rng, cases["owner"], on_duty))
    wants = rng.random(n) < logistic(odds)
    cases["passes_on"] = wants & (cases["owner"] != NONE) & (to_office | (next_owner != NONE))
    cases["next_owner"] = next_owner
    site = world.organisation.first_site + world.organisation.site(month.index)[team]
    cases["next_unit"] = np.where(to_office, site, cases["unit"])
    last_owner = _other_than(rng, next_owner, on_duty)
    cases["passes_again"] = cases["passes_on"] & (chance[7] < PASSED_AGAIN) & (last_owner != NONE)
    cases["last_owner"] = last_owner


def _other_than(rng: Generator, owner: Ints, on_duty: Ints) -> Ints:
    """Return somebody on duty who is not the owner; -1: there is nobody else."""
    n, depth = on_duty.shape
    first = rng.integers(0, depth, n)
    found = np.full(n, NONE)
    for turn in range(depth):
        somebody = on_duty[np.arange(n), (first + turn) % depth]
        found = np.where((found == NONE) & (somebody != owner), somebody, found)
    return found


def hand_over(rng: Generator, cases: Rows, stays: Bools, assigned: Ints, resolved: Ints) -> Passed:
    """Pass cases on while they are worked on; nobody accepts what was passed on without a word."""
    n = size(cases)
    first, again = stays & cases["passes_on"], stays & cases["passes_again"]
    # Whatever is quicker than people think still comes in order, before the resolution.
    first_at = np.minimum(in_opening_hours(assigned + hours(rng, n, 6.0)), resolved - 50)
    accepted = np.minimum(in_opening_hours(first_at + hours(rng, n, 0.5)), resolved - 40)
    again_at = np.minimum(in_opening_hours(accepted + hours(rng, n, 10.0)), resolved - 30)
    last = np.minimum(in_opening_hours(again_at + hours(rng, n, 0.5)), resolved - 20)
    events = [
        event(cases, first, first_at, "assigned"),
        event(cases, first & cases["is_warm"], accepted, "handover_accepted"),
        event(cases, again, again_at, "assigned"),
        event(cases, again & cases["is_warm_again"], last, "handover_accepted"),
    ]
    return Passed(first, first_at, again, again_at, events)


def accompany(
    rng: Generator,
    cases: Rows,
    times: dict[str, Ints],
    states: dict[str, Bools],
    called: Ints,
    is_reached: Bools,
) -> list[Rows]:
    """Tell the customer the plan and the result, visit, offer something else, and call again.

    ``called`` is when the first follow-up takes place, ``is_reached`` whom it reached for good.
    """
    n, severity = size(cases), cases["severity"]
    replied, resolved, closed = times["replied"], times["resolved"], times["closed"]
    chance = rng.random((7, n))
    takes_time = states["stays"] & ~states["at_once"]
    visits = takes_time & (chance[0] < VISITED[severity])
    offers = takes_time & (chance[1] < OFFERED_ALTERNATIVE[severity])
    plan = in_opening_hours(times["assigned"] + hours(rng, n, 3.0))
    result = in_opening_hours(resolved + hours(rng, n, 3.0))
    result = np.minimum(result, closed - 1)
    is_told = states["settled"] & (chance[2] < RESULT_TOLD)
    confirmed = result + (chance[3] * (closed - result)).astype(np.int64)
    again = in_opening_hours(called + hours(rng, n, SECOND_AFTER_HOURS, spread=0.3))
    calls = is_reached & (chance[4] < SECOND_FOLLOW_UP)
    outcome = (chance[5] >= SECOND_REACHED).astype(np.int64)

    def on_the_way() -> Ints:
        moment = replied + (rng.random(n) * (resolved - replied)).astype(np.int64)
        return np.minimum(in_opening_hours(moment), resolved - 1)

    return [
        event(
            cases,
            states["stays"] & cases["tells_plan"],
            np.minimum(plan, resolved - 1),
            "plan_told",
        ),
        event(cases, visits, on_the_way(), "customer_visit"),
        event(cases, offers, on_the_way(), "alternative_offered"),
        event(cases, is_told, result, "result_told"),
        event(cases, is_told & states["closes"] & (chance[6] < CONFIRMED), confirmed, "confirmed"),
        event(cases, calls, again, "second_follow_up", outcome=outcome),
    ]


def held(cases: Rows, passed: Passed, events: Rows) -> Rows:
    """Put each event into the hands of whoever answers for the case at that time."""
    case = events["case"] - cases["case"][0] if size(cases) else events["case"]
    occurred = events["occurred"]
    mine = events["type"] == TYPES.index("result_told")
    mine &= cases["first_tells"][case]
    # Who withdraws a complaint is the customer.
    mine |= events["type"] == TYPES.index("withdrawn")
    first = ~mine & passed.first[case] & (occurred >= passed.first_at[case])
    again = ~mine & passed.again[case] & (occurred >= passed.again_at[case])
    employee = np.where(first, cases["next_owner"][case], events["employee"])
    unit = np.where(first, cases["next_unit"][case], events["unit"])
    return {
        **events,
        "employee": np.where(again, cases["last_owner"][case], employee),
        "unit": np.where(again, cases["unit"][case], unit),
    }


def care_shares(world: World) -> dict[str, Floats]:
    """Return by team the shares of what teams do differently; of hand-offs one row per era."""
    by_team = habits(world)
    return {
        "told_plan": logistic(TELLS_PLAN + by_team["tells_plan"]),
        "acknowledged_slowly": logistic(SLOW + by_team["slow"]),
        "passed_on_before": logistic(PASSES_ON[0] + by_team["passes_on"]),
        "passed_on": logistic(PASSES_ON[1] + by_team["passes_on"]),
    }
