"""Inspections: contacts gone through once more, mystery visits and checks of sites."""

import numpy as np

from evenkeel.simulate.people.staff import SENIOR
from evenkeel.simulate.service.causes import CHECKS, CONTACT_CHECKS, SITE_CHECKS
from evenkeel.simulate.service.contacts import ANSWERED, NUMBERS_PER_MONTH
from evenkeel.simulate.service.improvement import fixed
from evenkeel.simulate.service.verdicts import (
    METHODS,
    MONITORING,
    MYSTERY,
    SITE_CHECK,
    STANDARDS,
    check_of,
    count_verdicts,
    failures,
    judge,
)
from evenkeel.simulate.tools.arrays import NONE, Ints, Rows, join, pick, size
from evenkeel.simulate.tools.files import flag, key, moment, number, scaled, text
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

CONTACT_ODDS, SITE_ODDS = 0.9, 1.0
SOLVED_ODDS = 0.9
"""What a solved matter adds to the log odds of a contact's checks."""
TEAM_ODDS, SITE_EFFECT_ODDS = 0.8, 1.5
"""Per unit of a team's odds of solving and of a site's satisfaction."""
FIXED_ODDS = 0.8
"""What a corrective action that works adds to its check in its team."""
DOUBLE_SHARE = 0.1
VENDOR_ODDS = np.array([0.0, -0.7, 0.4])
"""What a vendor's number adds to the log odds of the checks of its sites; number 0 is nobody."""
IN_WINDOW = 0.9
"""Share of the visits that are made in their window."""
FEWEST, SAMPLED_SHARE = 40, 0.012
"""Contacts gone through in a month: so many, and a share of those planned."""


def inspect(world: World, month: Month, contacts: Rows) -> Rows:
    """Inspect a month's contacts and sites, and write a half year's inspections at its end.

    Returns
    -------
    All inspections of the month, those after the last simulated day too. Columns: inspection,
    inspected, method, unit, team, site, contact, employee, inspector, second_inspector, is_double,
    start and end (of the window), standard, and by check: odds, applies, passed, second (verdict),
    and the probabilities that the check passes, chance and, with fresh eyes, fresh_chance.
    """
    inspectors = _inspectors(world, month)
    rows = join(
        [_monitoring(world, month, contacts, inspectors), _visits(world, month, inspectors)]
    )
    rows["inspection"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(size(rows))
    judge(world, month, rows)
    world.inspections.add(rows)
    if world.closes_half(month):
        inspected = world.inspections.take(world.before(month))
        _write_inspections(world, month, inspected)
        _write_items(world, month, inspected)
        count_verdicts(world, inspected)
    return rows


def _inspectors(world: World, month: Month) -> Ints:
    """Return the numbers of the longest-serving senior agents who stay for the whole month."""
    people = world.staff.people
    stays = world.staff.present(month.first_day) & world.staff.present(month.first_day + month.days)
    seniors = np.flatnonzero(stays & (people["role"] == SENIOR))
    wanted = max(4, world.organisation.teams // 5)
    return np.asarray(seniors[np.argsort(people["hired"][seniors], kind="stable")][:wanted] + 1)


def _monitoring(world: World, month: Month, contacts: Rows, inspectors: Ints) -> Rows:
    """Pick answered contacts, but none of an inspector's own."""
    rng = world.stream("inspections.contacts", month)
    organisation = world.organisation
    own = np.isin(contacts["employee"], inspectors)
    eligible = np.flatnonzero(
        (contacts["outcome"] == ANSWERED) & (contacts["employee"] != NONE) & ~own
    )
    wanted = round(FEWEST + SAMPLED_SHARE * world.size.contacts_per_month)
    rows = np.sort(rng.permutation(eligible)[:wanted]) if len(inspectors) else eligible[:0]
    chosen = pick(contacts, rows)
    n, team = len(rows), chosen["team"]
    quality = TEAM_ODDS * (organisation.solving_odds(month.index)[team] - 1.3)
    quality = CONTACT_ODDS + quality + SOLVED_ODDS * (chosen["is_solved"] - 0.79)
    on = chosen["end"] // DAY + 1 + rng.integers(0, 5, n)
    place, other = rng.integers(0, 1 << 20, (2, n))
    count = max(len(inspectors), 1)
    second = (place + 1 + other % max(count - 1, 1)) % count
    is_fixed = fixed(world, month, "inspection", len(CHECKS))[team, : len(CONTACT_CHECKS)]
    return {
        "method": np.full(n, MONITORING),
        "inspected": on * DAY + rng.integers(9 * 3600, 17 * 3600, n),
        "unit": organisation.unit_of(team),
        "team": team,
        "site": organisation.site(month.index)[team],
        "contact": chosen["contact"],
        "employee": chosen["employee"],
        "inspector": inspectors[place % count],
        "second_inspector": inspectors[second],
        "is_double": (rng.random(n) < DOUBLE_SHARE) & (count > 1),
        "start": np.full(n, NONE),
        "end": np.full(n, NONE),
        "odds": quality[:, None] + FIXED_ODDS * is_fixed,
    }


def _visits(world: World, month: Month, inspectors: Ints) -> Rows:
    """Plan one mystery visit and one check of each site that has a team at work."""
    rng = world.stream("inspections.visits", month)
    organisation = world.organisation
    open_sites = np.unique(organisation.site(month.index)[organisation.is_open(month.index)])
    site = np.repeat(open_sites, 2)
    n = len(site)
    method = np.tile([MYSTERY, SITE_CHECK], len(open_sites))
    first_day = month.first_day + rng.integers(0, month.days - 4, n)
    days = np.where(rng.random(n) < IN_WINDOW, rng.integers(0, 3, n), 3 + rng.integers(0, 4, n))
    quality = SITE_ODDS + SITE_EFFECT_ODDS * organisation.site_effect[site]
    quality = quality + VENDOR_ODDS[np.maximum(organisation.vendor[site], 0)]
    inspector = np.full(n, NONE)
    if len(inspectors):
        inspector = inspectors[rng.integers(0, len(inspectors), n)]
        inspector = np.where(method == SITE_CHECK, inspector, NONE)
    return {
        "method": method,
        "inspected": (first_day + days) * DAY + rng.integers(9 * 3600, 17 * 3600, n),
        "unit": organisation.first_site + site,
        "team": np.full(n, NONE),
        "site": site,
        "contact": np.full(n, NONE),
        "employee": np.full(n, NONE),
        "inspector": inspector,
        "second_inspector": np.full(n, NONE),
        "is_double": np.zeros(n, np.bool_),
        "start": first_day * DAY + 8 * 3600,
        "end": (first_day + 2) * DAY + 18 * 3600,
        "odds": np.repeat(quality[:, None], len(SITE_CHECKS), axis=1),
    }


def _write_inspections(world: World, month: Month, rows: Rows) -> None:
    applies, passed = rows["applies"].sum(axis=1), rows["passed"].sum(axis=1)
    critical = np.bincount(failures(rows, critical_only=True)["row"], minlength=size(rows))
    second = np.rint(1000 * rows["second"].sum(axis=1) / applies).astype(np.int64)
    world.landing.write(
        "inspections",
        month.half,
        {
            "inspection_id": key(rows["inspection"], "QI"),
            "inspected_at": moment(rows["inspected"]),
            "method": text(rows["method"], METHODS),
            "org_unit_id": text(rows["unit"], world.organisation.unit_ids),
            "employee_id": key(rows["employee"], "E", 5),
            "contact_id": key(rows["contact"], "K"),
            "inspector_id": key(rows["inspector"], "E", 5),
            "items_checked": number(applies),
            "items_passed": number(passed),
            "critical_errors": number(critical),
            "score": scaled(np.rint(1000 * passed / applies).astype(np.int64), 1),
            "second_score": scaled(np.where(rows["is_double"], second, NONE), 1),
            "vendor_id": key(world.organisation.vendor[rows["site"]], "V"),
            "window_start": moment(rows["start"]),
            "window_end": moment(rows["end"]),
        },
    )


def _write_items(world: World, month: Month, rows: Rows) -> None:
    row = np.repeat(np.arange(size(rows)), len(CONTACT_CHECKS))
    check = check_of(rows).ravel()
    applies = rows["applies"].ravel()
    both = applies & rows["is_double"][row]
    world.landing.write(
        "inspection_items",
        month.half,
        {
            "inspection_id": key(rows["inspection"][row], "QI"),
            "check_code": text(check, [its.code for its in CHECKS]),
            "standard_version": text(rows["standard"][row], STANDARDS),
            "is_applicable": flag(applies),
            "passed": flag(np.where(applies, rows["passed"].ravel(), NONE)),
            "second_passed": flag(np.where(both, rows["second"].ravel(), NONE)),
            "is_critical": flag(np.array([its.is_critical for its in CHECKS])[check]),
        },
    )
