"""Verdicts of inspectors: how they judge, and what that is expected to add up to."""

import numpy as np

from evenkeel.simulate.service.causes import CHECKS, CONTACT_CHECKS, SITE_CHECKS
from evenkeel.simulate.tools.arrays import NONE, Floats, Ints, Rows, logistic
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.timeline import Month
from evenkeel.simulate.world import World

METHODS = ("quality_monitoring", "mystery_visit", "site_check")
MONITORING, MYSTERY, SITE_CHECK = range(3)
STANDARDS = ("2024", "2025")
STRICTER = 0.4
"""What the new standard takes from the log odds of every check."""
LENIENCY_SPREAD = 0.45
AGREEMENT = 0.6
"""Share of second verdicts that rest on the same signs as the first; the others are fresh."""


def standard_from(world: World) -> int:
    """Return the month from which the new standard is in force, counted from 0."""
    return world.size.months // 2


def leniency(world: World, inspectors: Ints) -> Floats:
    """Return what each inspector adds to the log odds of every check; nobody adds nothing."""
    rng = stream(world.seed, "inspections.leniency")
    by_number = np.r_[0.0, LENIENCY_SPREAD * rng.normal(size=len(world.staff.people["unit"]))]
    return np.asarray(by_number[np.maximum(inspectors, 0)])


def judge(world: World, month: Month, rows: Rows) -> None:
    """Draw the verdict on every check, and for some inspections a second one."""
    rng = world.stream("inspections.verdicts", month)
    checks = CONTACT_CHECKS, SITE_CHECKS
    about_site = (rows["method"] != MONITORING).astype(np.int64)
    ease = np.array([[check.ease for check in its] for its in checks])[about_site]
    skips = np.array([[check.not_applicable for check in its] for its in checks])[about_site]
    standard = standard_from(world)
    changes = world.timeline.horizon
    if world.organisation.happened(standard):
        changes = world.timeline.months[standard].start
    rows["standard"] = (rows["inspected"] >= changes).astype(np.int64)
    true = rows["odds"] + ease - STRICTER * rows["standard"][:, None]
    first = logistic(true + leniency(world, rows["inspector"])[:, None])
    fresh = logistic(true + leniency(world, rows["second_inspector"])[:, None])
    chance = rng.random((4, *true.shape))
    rows["applies"] = chance[0] >= skips
    rows["passed"] = rows["applies"] & (chance[1] < first)
    second = np.where(chance[2] < AGREEMENT, rows["passed"], chance[3] < fresh)
    rows["second"] = rows["applies"] & second
    rows["chance"], rows["fresh_chance"] = first, fresh


def failures(rows: Rows, critical_only: bool = False) -> Rows:
    """Return row and check (place in `CHECKS`) of everything that did not pass."""
    critical = np.array([check.is_critical for check in CHECKS]) | (not critical_only)
    check = check_of(rows)
    row, place = np.nonzero(rows["applies"] & ~rows["passed"] & critical[check])
    return {"row": row, "check": check[row, place]}


def check_of(rows: Rows) -> Ints:
    """Return the place in `CHECKS` of each check of each inspection."""
    first = np.where(rows["method"] == MONITORING, 0, len(CONTACT_CHECKS))
    return np.asarray(first[:, None] + np.arange(len(CONTACT_CHECKS)))


def count_verdicts(world: World, rows: Rows) -> None:
    """Count what the verdicts are expected to be, by unit, inspector and pair."""
    applies, chance = rows["applies"], rows["chance"]
    ids, tally = world.organisation.unit_ids, world.tally
    sums = {
        "checks": applies.sum(axis=1),
        "checks_passed": (applies * chance).sum(axis=1),
        "checks_variance": (applies * chance * (1 - chance)).sum(axis=1),
    }
    people = [f"E{i + 1:05d}" for i in range(len(world.staff.people["unit"]))]
    named = rows["inspector"] != NONE
    for name, amount in sums.items():
        tally.expect(f"inspection_{name}_by_unit", ids, rows["unit"], amount)
        tally.expect(
            f"inspection_{name}_by_inspector", people, rows["inspector"][named] - 1, amount[named]
        )
    both = applies & rows["is_double"][:, None]
    p, q = chance[both], rows["fresh_chance"][both]
    agreed = AGREEMENT + (1 - AGREEMENT) * (p * q + (1 - p) * (1 - q))
    second = AGREEMENT * p + (1 - AGREEMENT) * q
    amounts = (np.ones(len(p)), agreed, p, second)
    for name, values in zip(("pairs", "agreed", "passed", "second_passed"), amounts, strict=True):
        tally.expect("double_scoring", (name,), np.zeros(len(p), np.int64), values)
