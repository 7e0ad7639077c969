"""What employees raise, the more the worse they feel, and what becomes of it."""

import numpy as np

from evenkeel.simulate.people.work_time import Attendance
from evenkeel.simulate.service.contacts import NUMBERS_PER_MONTH
from evenkeel.simulate.tools.arrays import NONE, Rows, known, pick
from evenkeel.simulate.tools.files import day, flag, key, text
from evenkeel.simulate.tools.timeline import Month
from evenkeel.simulate.world import World

CHANNELS = ("meeting", "suggestion_box", "reception", "platform", "walk_around")
SUGGESTION_BOX, PLATFORM = 1, 3
TOPICS = ("workload", "rota", "tools", "pay", "leadership", "workplace", "customers")
WORKLOAD = 0
DISPOSITIONS = ("solved", "scheduled", "explained", "open")
SOLVED, SCHEDULED, EXPLAINED, OPEN = range(4)
VOICES_PER_HEAD, VOICES_PER_STRESS = 0.08, 0.7
"""Voices per head and month without stress, and what a step of stress adds to their log."""
DUE_DAYS, MEDIAN_DAYS = 14, 8.0
NEVER_CLOSED, SCHEDULED_AFTER = 0.03, 10


def listen(world: World, month: Month, attendance: Attendance) -> None:
    """Let employees raise what they have to, and write year by year what became of it."""
    rng = world.stream("employee_voices", month)
    teams = world.organisation.teams
    heads = np.bincount(attendance.team + 1, minlength=teams + 1)[1:]
    expected = VOICES_PER_HEAD * heads * np.exp(VOICES_PER_STRESS * attendance.stress)
    team = np.repeat(np.arange(teams), rng.poisson(expected))
    n = len(team)
    strain = world.staff.strain[team]
    about_work = rng.random(n) < 0.25 * np.exp(strain)
    slowness = np.exp(-0.3 * world.organisation.morale[team])
    taken = MEDIAN_DAYS * slowness * np.exp(0.6 * rng.normal(size=n))
    raised = month.first_day + rng.integers(0, month.days, n)
    never = rng.random(n) < NEVER_CLOSED
    chance = rng.random((3, n))
    rows: Rows = {
        "team": team,
        "day": raised,
        "channel": rng.choice(5, n, p=[0.35, 0.2, 0.1, 0.2, 0.15]),
        "topic": np.where(about_work, WORKLOAD, rng.integers(1, len(TOPICS), n)),
        "closed": np.where(never, NONE, raised + np.ceil(taken).astype(np.int64)),
        "answer": np.where(chance[0] < 0.6, SOLVED, EXPLAINED),
        "is_planned": chance[1] < 0.5,
        "adopted": (chance[2] < 0.35).astype(np.int64),
    }
    rows = pick(rows, np.argsort(raised, kind="stable"))
    rows["voice"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(n)
    world.voices.add(rows)
    days_known = min(max(world.timeline.until_day - month.first_day + 1, 0), month.days)
    world.tally.add("voices", month.index, team[raised <= world.timeline.until_day])
    expected = expected * days_known / month.days
    world.tally.add("expected_voices", month.index, np.arange(teams), expected)
    if world.is_year_over(month):
        _write(world, month)


def _write(world: World, month: Month) -> None:
    until = world.timeline.until_day
    rows = world.voices.take(until + 1)
    closed = known(rows["closed"], until + 1)
    is_late = until - rows["day"] >= SCHEDULED_AFTER
    waits = np.where(is_late & rows["is_planned"], SCHEDULED, OPEN)
    disposition = np.where(closed == NONE, waits, rows["answer"])
    suggests = np.isin(rows["channel"], (SUGGESTION_BOX, PLATFORM)) & (closed != NONE)
    world.tally.add_values("employee_voices", CHANNELS, rows["channel"])
    world.tally.add_values("employee_voices", DISPOSITIONS, disposition)
    world.landing.write(
        "employee_voices",
        f"{month.first.year}",
        {
            "voice_id": key(rows["voice"], "EV"),
            "raised_on": day(rows["day"]),
            "org_unit_id": text(rows["team"], world.organisation.team_ids),
            "channel": text(rows["channel"], CHANNELS),
            "topic": text(rows["topic"], TOPICS),
            "disposition": text(disposition, DISPOSITIONS),
            "due_on": day(rows["day"] + DUE_DAYS),
            "closed_on": day(closed),
            "adopted": flag(np.where(suggests, rows["adopted"], NONE)),
        },
    )
