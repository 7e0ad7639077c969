"""Corrective actions: what gives rise to them, their course, and what those that work change."""

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.people.staff import LEAD
from evenkeel.simulate.service.causes import (
    CATEGORY_COUNT,
    CHECKS,
    COMPLAINT,
    ENQUIRY,
    TOPICS,
    categories,
)
from evenkeel.simulate.service.contacts import NUMBERS_PER_MONTH
from evenkeel.simulate.surveys.versions import SURVEYS, only_version
from evenkeel.simulate.tools.arrays import NONE, Bools, Ints, Rows, join, known, pick, size
from evenkeel.simulate.tools.files import Column, constant, day, flag, key, text
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.tools.words import said
from evenkeel.simulate.world import World

CAUSES = {
    "survey": ("reach", "knowledge", "promise", "care"),
    "inspection": tuple(check.code for check in CHECKS),
    "employee_voice": TOPICS,
}
"""The causes that an action of each source can be about; of a complaint they are its categories."""
PREFIXES = {"survey": "AS", "complaint": "AC", "inspection": "AI", "employee_voice": "AV"}
DESCRIPTIONS = {
    "survey": "Change the step that customers rate low",
    "complaint": "Remove the cause of the complaint",
    "inspection": "Train and check the step again",
    "employee_voice": "Do as the staff propose",
}
DUE_DAYS = {"survey": 45, "complaint": 30, "inspection": 14, "employee_voice": 60}
METHODS = ("customer_revisit", "inspection", "data")
OF_UPHELD, OF_GRAVE = 0.03, 0.1
"""Probability of an action on an upheld complaint, and what a high severity adds to it."""
OF_CRITICAL = 0.3
"""Probability of an action on an inspection with a critical error."""
PER_TEAM = {"survey": 0.06, "employee_voice": 0.04}
"""Actions per team and month that no single case gives rise to."""
NEVER_DONE, ON_TIME, VERIFIED = 0.08, 0.75, 0.7
WORKS = 0.65
"""Share of the actions that truly work, once they are completed."""
RIGHTLY_VERIFIED = 0.92
"""Share of the verifications that find what is true."""
PREVENTED = 0.25
"""Share of the complaints of a cause in a team that become enquiries once an action works there."""


def expected_pass_share() -> float:
    """Return the share of verifications that are expected to be passed."""
    return WORKS * RIGHTLY_VERIFIED + (1 - WORKS) * (1 - RIGHTLY_VERIFIED)


def fixed(world: World, month: Month, source: str, causes: int) -> Bools:
    """Return for each team and cause whether an action that works was completed before a month."""
    is_fixed = np.zeros((world.organisation.teams, causes), np.bool_)
    for rows in world.actions[source]:
        done = rows["works"] & (rows["completed"] != NONE)
        done &= rows["completed"] < month.first_day
        is_fixed[rows["team"][done], rows["cause"][done]] = True
    return is_fixed


def spare_fixed(world: World, month: Month, cases: Rows) -> Ints:
    """Return the type of each case: some of what an action took care of is an enquiry only."""
    rng = world.stream("improvement.prevention", month)
    is_fixed = fixed(world, month, "complaint", CATEGORY_COUNT)
    recurs = is_fixed[cases["team"], cases["category"]] & (cases["type"] == COMPLAINT)
    prevented = recurs & (rng.random(size(cases)) < PREVENTED)
    counted = cases["received"] < world.timeline.horizon
    for name, rows in (("would_recur", recurs), ("prevented", prevented)):
        place = np.zeros(int((rows & counted).sum()), np.int64)
        world.tally.expect("complaints_of_fixed_causes", (name,), place)
    return np.where(prevented, ENQUIRY, cases["type"])


def act_on_complaints(world: World, month: Month, cases: Rows) -> None:
    """Open actions on some of the upheld complaints of a month."""
    rng = world.stream("improvement.complaints", month)
    chance = OF_UPHELD + OF_GRAVE * (cases["severity"] >= 2)
    upheld = (cases["upheld"] == 1) & (cases["type"] == COMPLAINT)
    cases = pick(cases, upheld & (rng.random(size(cases)) < chance))
    opened = cases["received"] // DAY + 3 + rng.geometric(0.15, size(cases))
    team = cases["team"]
    _plan(rng, world, month, "complaint", opened, team, cases["category"], cases["case"])


def act_on_inspections(world: World, month: Month, inspected: Rows, failures: Rows) -> None:
    """Open actions on some of the inspected contacts with critical errors.

    ``failures`` holds row (of the inspections) and check of each critical error.
    """
    rng = world.stream("improvement.inspections", month)
    row, first = np.unique(failures["row"], return_index=True)
    acts = (rng.random(len(row)) < OF_CRITICAL) & (inspected["team"][row] != NONE)
    rows, check = pick(inspected, row[acts]), failures["check"][first[acts]]
    opened = rows["inspected"] // DAY + 1 + rng.geometric(0.3, size(rows))
    _plan(rng, world, month, "inspection", opened, rows["team"], check, rows["inspection"])


def act_on_the_whole(world: World, month: Month) -> None:
    """Open actions on what surveys and the staff say again and again."""
    open_teams = np.flatnonzero(world.organisation.is_open(month.index))
    for source, rate in PER_TEAM.items():
        rng = world.stream(f"improvement.{source}", month)
        n = int(rng.poisson(rate * len(open_teams)))
        opened = month.first_day + rng.integers(0, month.days, n)
        team = open_teams[rng.integers(0, len(open_teams), n)]
        cause = rng.integers(0, len(CAUSES[source]), n)
        _plan(rng, world, month, source, opened, team, cause, np.full(n, NONE))


def _plan(
    rng: Generator,
    world: World,
    month: Month,
    source: str,
    opened: Ints,
    team: Ints,
    cause: Ints,
    source_key: Ints,
) -> None:
    """Plan the course of new actions and keep them."""
    n = len(opened)
    chance = rng.random((8, n))
    due = opened + DUE_DAYS[source]
    early = opened + 1 + (chance[0] * DUE_DAYS[source]).astype(np.int64)
    done = np.where(chance[1] < ON_TIME, early, due + rng.geometric(0.06, n))
    completed = np.where(chance[2] < NEVER_DONE, NONE, done)
    verified = done + 20 + rng.integers(0, 40, n)
    verified = np.where((completed != NONE) & (chance[3] < VERIFIED), verified, NONE)
    works = chance[4] < WORKS
    is_told = (completed != NONE) & (chance[5] < 0.6) & (source in ("survey", "complaint"))
    is_reviewed = (completed != NONE) & (chance[6] < 0.8)
    world.actions[source].append(
        {
            "action": month.number * NUMBERS_PER_MONTH + 1 + np.arange(n),
            "source_key": source_key,
            "opened": opened,
            "team": team,
            "cause": cause,
            "owner": _leads(world, month)[team],
            "due": due,
            "completed": completed,
            "verified": verified,
            "works": works,
            "passed": np.where(chance[7] < RIGHTLY_VERIFIED, works, ~works),
            "method": rng.integers(0, 3, n),
            "reviewed": np.where(is_reviewed, done + rng.integers(5, 35, n), NONE),
            "told": np.where(is_told, done + rng.integers(1, 11, n), NONE),
        }
    )


def _leads(world: World, month: Month) -> Ints:
    """Return the number of each team's lead."""
    people, organisation = world.staff.people, world.organisation
    lead = np.full(len(organisation.unit_ids), NONE)
    leads = np.flatnonzero(world.staff.present(month.first_day) & (people["role"] <= LEAD))
    lead[people["unit"][leads]] = leads + 1
    return lead[organisation.first_team :]


def write_actions(world: World) -> None:
    """Write corrective_actions as known at the end."""
    for source in PREFIXES:
        _write_source(world, source, _opened(world, source))


def _opened(world: World, source: str) -> Rows:
    rows = join(world.actions[source])
    return pick(rows, rows["opened"] <= world.timeline.until_day)


def working_actions(world: World) -> list[str]:
    """Return the ids of the completed actions that truly work."""
    working: list[str] = []
    for source, prefix in PREFIXES.items():
        rows = _opened(world, source)
        done = (rows["completed"] != NONE) & (rows["completed"] <= world.timeline.until_day)
        working += [f"{prefix}{number}" for number in rows["action"][rows["works"] & done]]
    return working


def _write_source(world: World, source: str, rows: Rows) -> None:
    organisation, end = world.organisation, world.timeline.until_day + 1
    scenario = organisation.scenario
    causes = categories(scenario) if source == "complaint" else CAUSES[source]
    verified = known(rows["verified"], end)
    vendor = organisation.vendor[organisation.home_site[rows["team"]]]
    keys: dict[str, Column] = {
        "survey": text(only_version(world, rows["opened"]), SURVEYS),
        "complaint": key(rows["source_key"], "C"),
        "inspection": key(rows["source_key"], "QI"),
    }
    world.landing.write(
        "corrective_actions",
        source,
        {
            "action_id": key(rows["action"], PREFIXES[source]),
            "opened_on": day(rows["opened"]),
            "org_unit_id": text(rows["team"], organisation.team_ids),
            "source": constant(source),
            **({"source_key": keys[source]} if source in keys else {}),
            "cause": text(rows["cause"], causes),
            "description": constant(said(DESCRIPTIONS[source], scenario.language)),
            "owner_id": key(rows["owner"], "E", 5),
            "due_on": day(rows["due"]),
            "completed_on": day(known(rows["completed"], end)),
            "verified_on": day(verified),
            "verified_passed": flag(np.where(verified == NONE, NONE, rows["passed"])),
            "verification_method": text(np.where(verified == NONE, NONE, rows["method"]), METHODS),
            "reviewed_on": day(known(rows["reviewed"], end)),
            "vendor_id": key(vendor, "V"),
            "customers_told_on": day(known(rows["told"], end)),
        },
    )
