"""What truly becomes of complaints, counted by the team and the month that each figure is of."""

from typing import Any

import numpy as np

from evenkeel.simulate.service import complaint_care as care
from evenkeel.simulate.service.case_events import TYPES, WITHDRAWN
from evenkeel.simulate.service.causes import CATEGORY_COUNT, COMPLAINT
from evenkeel.simulate.tools.arrays import NONE, Bools, Ints, Rows, join, pick, size
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

COURSES = (
    *("complaints_counted", "plan_told", "hand_offs", "cold_hand_offs"),
    *("ownership_decided", "ownership_kept", "resolved", "resolved_on_the_day", "one_touch"),
    *("follow_ups_reached", "second_follow_ups", "recurrence_observed", "recurred"),
)
"""Counts of complaints in scope that nobody withdrew, as far as is known at the end."""
RECURS_WITHIN = 90 * DAY
ROOT_CAUSES = 4
CAUSES = ROOT_CAUSES + CATEGORY_COUNT


def count_courses(world: World, month: Month, cases: Rows, events: Rows) -> None:
    """Count what has become of a month's cases by the end of the simulated span.

    ``events`` are those of the month's cases, whenever they happen.
    """
    if not size(cases):
        return
    events = pick(events, events["occurred"] < world.timeline.horizon)
    n = size(cases)
    # Cases have numbers in the order of their receipt; the events of those received later are gone.
    place = events["case"] - cases["case"][0]

    def has(name: str) -> Ints:
        return np.bincount(place[events["type"] == TYPES.index(name)], minlength=n)

    withdrawn = np.bincount(place[events["type"] == WITHDRAWN], minlength=n)
    counts = (cases["type"] == COMPLAINT) & (cases["in_scope"] != 0) & (withdrawn == 0)
    passed = np.maximum(has("assigned") - 1, 0)
    cold = passed - has("handover_accepted")
    resolved_at = _last(events, place, n, "resolved")
    is_resolved = counts & (has("resolved") > has("reopened"))
    kept = is_resolved & (cold == 0)
    same_day = resolved_at // DAY == cases["received"] // DAY
    of_receipt = {
        "complaints_counted": counts,
        "plan_told": counts & (has("plan_told") > 0),
        "hand_offs": counts * passed,
        "cold_hand_offs": counts * cold,
        "ownership_decided": is_resolved | (counts & (cold > 0)),
        "ownership_kept": kept,
        "resolved": is_resolved,
        "resolved_on_the_day": is_resolved & (passed == 0) & same_day,
        "one_touch": is_resolved & (passed == 0) & (has("reopened") == 0),
    }
    for name, amount in of_receipt.items():
        world.tally.add(name, month.index, cases["team"], amount)
    _count_follow_ups(world, cases, events, place, is_resolved, resolved_at)
    _count_recurrences(world, month, pick(cases, counts))


def _last(events: Rows, place: Ints, n: int, name: str) -> Ints:
    """Return when each case had its last event of a type, -1 without one."""
    last = np.full(n, NONE)
    of_type = events["type"] == TYPES.index(name)
    # Events are in order of time, so that the last assignment is of the last event.
    last[place[of_type]] = events["occurred"][of_type]
    return last


def _count_follow_ups(
    world: World, cases: Rows, events: Rows, place: Ints, is_resolved: Bools, resolved_at: Ints
) -> None:
    """Count the calls after the final resolution, in the month of that resolution."""
    n = size(cases)
    counts = is_resolved[place] & (events["occurred"] >= resolved_at[place])
    first = counts & (events["type"] == TYPES.index("follow_up")) & (events["outcome"] == 0)
    second = counts & (events["type"] == TYPES.index("second_follow_up"))
    reached = np.bincount(place[first], minlength=n) > 0
    again = reached & (np.bincount(place[second], minlength=n) > 0)
    ends = np.array([month.end for month in world.timeline.months])
    months = np.searchsorted(ends, resolved_at, side="right")
    for name, which in (("follow_ups_reached", reached), ("second_follow_ups", again)):
        world.tally.add(name, months[which], cases["team"][which])


def _count_recurrences(world: World, month: Month, cases: Rows) -> None:
    """Count complaints after which another of the same team and cause came within 90 days.

    The cause of what is not settled is not known: its category stands for it.
    """
    is_over = cases["received"] + RECURS_WITHIN <= world.timeline.horizon
    world.tally.add("recurrence_observed", month.index, cases["team"], is_over)
    cause = np.where(cases["is_settled"], cases["cause"], ROOT_CAUSES + cases["category"])
    rows = {
        "received": cases["received"],
        "cell": cases["team"] * CAUSES + cause,
        "month": np.full(size(cases), month.index),
        "is_over": is_over,
    }
    rows = join([*world.last_complaints, rows])
    rows = pick(rows, np.lexsort((rows["received"], rows["cell"])))
    follows = np.r_[rows["cell"][1:] == rows["cell"][:-1], False]
    wait = np.r_[np.diff(rows["received"]), 0]
    recurs = follows & (wait <= RECURS_WITHIN) & rows["is_over"]
    world.tally.add("recurred", rows["month"][recurs], rows["cell"][recurs] // CAUSES)
    # Only the last of each cell can still be followed by another.
    world.last_complaints[:] = [pick(rows, ~follows)]


def planted_care(world: World) -> dict[str, Any]:
    """Return the shares by which complaints are cared for, and since when owners are responsible."""
    by_team = care.care_shares(world)
    teams = world.organisation.team_ids
    month = world.size.responsible_month
    since = care.in_force_from(world)
    return {
        "first_responsible_from": None
        if since is None
        else f"{world.timeline.months[month].first}",
        "accepted_hand_offs": {"before": float(care.WARM[0]), "from_then": float(care.WARM[1])},
        "first_owner_tells_result": {
            "before": float(care.FIRST_TELLS[0]),
            "from_then": float(care.FIRST_TELLS[1]),
        },
        "passed_on_again": care.PASSED_AGAIN,
        "passed_to_back_office": care.TO_BACK_OFFICE,
        "settled_on_the_spot_by_severity": care.AT_ONCE.tolist(),
        "settled_on_the_spot_before_hour": care.AT_ONCE_BEFORE,
        "slow_acknowledgement_days": care.SLOW_DAYS,
        "visited_by_severity": care.VISITED.tolist(),
        "offered_alternative_by_severity": care.OFFERED_ALTERNATIVE.tolist(),
        "result_told": care.RESULT_TOLD,
        "confirmed": care.CONFIRMED,
        "second_follow_up": care.SECOND_FOLLOW_UP,
        "second_follow_up_reached": care.SECOND_REACHED,
        "teams": {
            team: {name: round(float(shares[i]), 6) for name, shares in by_team.items()}
            for i, team in enumerate(teams)
        },
    }
