"""Complaints and other cases: born of bad contacts, with everything that then happens to them."""

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.service.case_events import FOLLOW_UPS, TYPES, WITHDRAWN
from evenkeel.simulate.service.case_truth import count_courses
from evenkeel.simulate.service.causes import CASE_TYPES, LONG_WAIT, RUDE, SUBCATEGORIES, categories
from evenkeel.simulate.service.complaint_care import plan_care
from evenkeel.simulate.service.complaint_course import ESCALATED_TO, course
from evenkeel.simulate.service.contacts import ANSWERED, NUMBERS_PER_MONTH, asked_for_a_person
from evenkeel.simulate.service.demand import CHANNELS, CLOSES, OPENS
from evenkeel.simulate.service.improvement import act_on_complaints, spare_fixed
from evenkeel.simulate.tools.arrays import (
    NONE,
    Floats,
    Ints,
    Rows,
    join,
    logistic,
    pick,
    size,
)
from evenkeel.simulate.tools.files import (
    flag,
    key,
    moment,
    moment_with_offset,
    number,
    scaled,
    text,
)
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.tools.words import said
from evenkeel.simulate.world import World

SEVERITIES = ("low", "normal", "high", "critical")
ROOT_CAUSES = ("value", "system", "people", "other")
ALL_CHANNELS = (*CHANNELS, "web", "letter")
WEB, LETTER = 4, 5
UNPROMPTED_SHARE = 0.0022
"""Cases a month, per planned contact, that come by letter or web form and not out of a contact."""


def complain(world: World, month: Month, contacts: Rows) -> Ints:
    """Open a month's cases, plan their course, and write what has happened by its end.

    Returns
    -------
    The case number of each contact in which a case was made, else -1.
    """
    rng = world.stream("complaints", month)
    cases = join([_from_contacts(rng, contacts), _unprompted(rng, world, month)])
    cases = pick(cases, np.argsort(cases["received"], kind="stable"))
    n = size(cases)
    cases["case"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(n)
    _describe(rng, world, month, cases)
    plan_care(world, month, cases)
    events = course(
        world.stream("complaints.course", month),
        world.stream("complaints.escalations", month),
        world.stream("complaints.care", month),
        cases,
    )
    world.complaint_events.add(events)
    ending = pick(events, np.isin(events["type"], (TYPES.index("resolved"), WITHDRAWN)))
    ended = pick(ending, ending["occurred"] < world.timeline.horizon)
    cases["is_settled"] = np.isin(cases["case"], ended["case"])
    received = pick(cases, cases["received"] < world.timeline.horizon)
    _write_cases(world, month, received)
    _write_events(world, month)
    _count(world, month, received)
    count_courses(world, month, received, events)
    act_on_complaints(world, month, received)
    made_in = cases["row"] != NONE
    case_of = np.full(size(contacts), NONE)
    case_of[cases["row"][made_in]] = cases["case"][made_in]
    return case_of


def _count(world: World, month: Month, cases: Rows) -> None:
    is_complaint = cases["type"] == 0
    in_scope = is_complaint & (cases["in_scope"] != 0)
    world.tally.add("complaints", month.index, cases["team"][is_complaint])
    world.tally.add("complaints_in_scope", month.index, cases["team"][in_scope])


def complaint_probability(contacts: Rows) -> Floats:
    """Return how likely each contact leads to a case: feelings and unsolved matters do."""
    unsolved = contacts["is_unsolved"] | (contacts["outcome"] != ANSWERED)
    return logistic(-4.4 - 0.9 * (contacts["experience"] - 0.9) + 0.7 * unsolved)


def _from_contacts(rng: Generator, contacts: Rows) -> Rows:
    chance = rng.random(size(contacts))
    is_made = asked_for_a_person(contacts) & (chance < complaint_probability(contacts))
    rows = np.flatnonzero(is_made)
    made = pick(contacts, rows)
    later = np.where(made["outcome"] == ANSWERED, 0, rng.integers(300, 5400, len(rows)))
    by_form = made["outcome"] != ANSWERED
    return {
        "row": np.where(by_form, NONE, rows),
        "contact": np.where(by_form, NONE, made["contact"]),
        "received": made["end"] + later,
        "channel": np.where(by_form, WEB, made["channel"]),
        "team": made["team"],
        "customer": made["customer"],
        "owner": made["employee"],
        "feeling": made["experience"],
        "waited": np.maximum(made["queue"], 0),
    }


def _unprompted(rng: Generator, world: World, month: Month) -> Rows:
    organisation = world.organisation
    n = int(rng.poisson(UNPROMPTED_SHARE * world.size.contacts_per_month))
    volume = organisation.volume * organisation.is_open(month.index)
    team = rng.choice(organisation.teams, n, p=volume / volume.sum())
    day, second = rng.integers(0, month.days, n), rng.integers(OPENS * 3600, CLOSES * 3600, n)
    return {
        "row": np.full(n, NONE),
        "contact": np.full(n, NONE),
        "received": month.start + day * DAY + second,
        "channel": np.where(rng.random(n) < 0.25, LETTER, WEB),
        "team": team,
        "customer": world.customers.choose(month, organisation.home_site[team], rng.random(n)),
        "owner": np.full(n, NONE),
        "feeling": rng.normal(0, 0.6, n),
        "waited": np.zeros(n, np.int64),
    }


def _describe(rng: Generator, world: World, month: Month, cases: Rows) -> None:
    n = size(cases)
    queue = world.organisation.queue[cases["team"]]
    category = queue * 3 + rng.choice(3, n, p=[0.5, 0.3, 0.2])
    about_wait = (cases["waited"] > 180) & (rng.random(n) < 0.6)
    category = np.where(rng.random(n) < 0.06, RUDE, np.where(about_wait, LONG_WAIT, category))
    anger = 0.5 - cases["feeling"] + rng.normal(0, 0.8, n)
    cases["category"] = category
    cases["subcategory"] = 2 * category + world.stream("complaints.details", month).integers(
        0, 2, n
    )
    cases["severity"] = np.digitize(anger, (-0.6, 1.3, 2.4))
    cases["type"] = rng.choice(5, n, p=[0.86, 0.07, 0.04, 0.02, 0.01])
    cases["type"] = spare_fixed(world, month, cases)
    # Some systems leave the field empty: in scope, then.
    cases["in_scope"] = rng.choice(np.array([1, 0, NONE]), n, p=[0.92, 0.03, 0.05])
    cases["upheld"] = (rng.random(n) < 0.63).astype(np.int64)
    by_category = np.array([1, 0, 1, 1, 2, 1, 2, 3, 0, 1, 2])[category]
    cases["cause"] = np.where(rng.random(n) < 0.75, by_category, rng.integers(0, 4, n))
    cases["slowness"] = slowness(world, month)[cases["team"]]
    cases["waits_for_customer"] = rng.random(n) < 0.15
    rota = world.staff.rota(month, 4)
    day = (cases["received"] - month.start) // DAY
    on_duty = rota.employee[cases["team"], day, rng.integers(0, 4, n)]
    cases["owner"] = np.where(cases["owner"] == NONE, on_duty, cases["owner"])


def slowness(world: World, month: Month) -> Floats:
    """Return how long each team takes to resolve a case, as a factor: good teams are quick."""
    return np.asarray(np.exp(-0.8 * world.organisation.solving_odds(month.index) + 0.8 * 1.3))


def _write_cases(world: World, month: Month, cases: Rows) -> None:
    organisation, scenario = world.organisation, world.organisation.scenario
    how_often = [said(text_, scenario.language) for text_ in SUBCATEGORIES]
    is_case = cases["is_settled"] & (cases["type"] == 0)
    touchpoints = ("access", "conversation", "follow-through")
    touchpoint = np.where(cases["category"] == LONG_WAIT, 0, np.where(cases["category"] >= 8, 1, 2))
    world.landing.write(
        "complaints",
        month.key,
        {
            "complaint_id": key(cases["case"], "C"),
            "received_at": moment(cases["received"]),
            "channel": text(cases["channel"], ALL_CHANNELS),
            "org_unit_id": text(cases["team"], organisation.team_ids),
            "category": text(cases["category"], categories(scenario)),
            "case_type": text(cases["type"], CASE_TYPES),
            "subcategory": text(cases["subcategory"] % len(SUBCATEGORIES), how_often),
            "severity": text(cases["severity"], SEVERITIES),
            "customer_id": key(cases["customer"] + 1, digits=7),
            "contact_id": key(cases["contact"], "K"),
            "party_count": number(np.ones(size(cases), np.int64)),
            "service_line": text(organisation.queue[cases["team"]], scenario.queues),
            "touchpoint": text(touchpoint, touchpoints),
            "vendor_id": key(organisation.vendor[organisation.home_site[cases["team"]]], "V"),
            "first_owner_id": key(cases["owner"], "E", 5),
            "in_scope": flag(cases["in_scope"]),
            "upheld": flag(np.where(is_case, cases["upheld"], NONE)),
            "root_cause": text(np.where(is_case, cases["cause"], NONE), ROOT_CAUSES),
        },
    )


def _write_events(world: World, month: Month) -> None:
    events = world.complaint_events.take(world.before(month))
    n = size(events)
    world.landing.write(
        "complaint_events",
        month.key,
        {
            "event_id": key(month.number * NUMBERS_PER_MONTH + 1 + np.arange(n), "CE"),
            "complaint_id": key(events["case"], "C"),
            "occurred_at": moment_with_offset(events["occurred"]),
            "event_type": text(events["type"], TYPES),
            "employee_id": key(events["employee"], "E", 5),
            "org_unit_id": text(events["unit"], world.organisation.unit_ids),
            "outcome": text(events["outcome"], FOLLOW_UPS),
            "escalated_to": text(events["escalated_to"], ESCALATED_TO),
            "promised_at": moment_with_offset(events["promised"]),
            "amount": scaled(events["amount"], 2),
        },
    )
