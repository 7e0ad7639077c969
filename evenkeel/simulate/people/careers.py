"""Careers: steps that people take or ask for, and what they are recognised for."""

import numpy as np

from evenkeel.simulate.people.staff import AGENT, LEAD, SENIOR
from evenkeel.simulate.people.work_time import Attendance
from evenkeel.simulate.service.contacts import NUMBERS_PER_MONTH
from evenkeel.simulate.tools.arrays import (
    NONE,
    Bools,
    Floats,
    Ints,
    Rows,
    join,
    pick,
    rank_within,
    size,
)
from evenkeel.simulate.tools.files import day, key, text
from evenkeel.simulate.tools.timeline import Month
from evenkeel.simulate.world import World

EVENTS = (
    *("promotion", "transfer", "internal_application"),
    *("specialist_seat", "career_plan", "multi_skilled"),
)
PROMOTION, TRANSFER, APPLICATION, SEAT, PLAN, SKILLED = range(6)
APPLICATION_SHARE, APPLICATION_PER_MORALE = 0.01, -0.8
"""Share of the people who apply for another post in a month, and how low morale adds to it."""
SEAT_SHARE, PLAN_SHARE, SKILLED_SHARE = 0.004, 0.5, 0.005
AWARDS = ("most matters solved", "happiest customers", "thanks of colleagues")
SOLVED, HAPPIEST, THANKS = range(3)
THANKS_SHARE = 0.012
FEWEST_CONTACTS = 5


def advance(world: World, month: Month, attendance: Attendance) -> None:
    """Let people take a month's steps in their careers, and write them year by year."""
    rows = join([_new_posts(world, month), _wishes(world, month, attendance)])
    rows = pick(rows, np.lexsort((rows["type"], rows["person"], rows["day"])))
    rows["event"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(size(rows))
    world.career_events.add(rows)
    if world.is_year_over(month):
        _write_events(world, month)


def _write_events(world: World, month: Month) -> None:
    rows = world.career_events.take(world.timeline.until_day + 1)
    world.tally.add_values("career_events", EVENTS, rows["type"])
    world.landing.write(
        "career_events",
        f"{month.first.year}",
        {
            "career_event_id": key(rows["event"], "CA"),
            "employee_id": key(rows["person"] + 1, "E", 5),
            "occurred_on": day(rows["day"]),
            "event_type": text(rows["type"], EVENTS),
        },
    )


def _rows(person: Ints, on: Ints | int, kind: int) -> Rows:
    n = len(person)
    return {"person": person, "day": np.broadcast_to(on, n), "type": np.full(n, kind)}


def _new_posts(world: World, month: Month) -> Rows:
    """Return the promotions and transfers of the month's first day.

    Those of the very first day are left out: no extract shows the posts before.
    """
    before = world.staff.posts_before
    now = {name: world.staff.people[name][: len(values)] for name, values in before.items()}
    is_seen = month.index > 0
    # The lower the number of a role, the higher it is.
    promoted = np.flatnonzero((now["role"] < before["role"]) & is_seen)
    transferred = np.flatnonzero((now["unit"] != before["unit"]) & is_seen)
    return join(
        [
            _rows(promoted, month.first_day, PROMOTION),
            _rows(transferred, month.first_day, TRANSFER),
        ]
    )


def _wishes(world: World, month: Month, attendance: Attendance) -> Rows:
    """Return the steps that people ask for or agree on, on a day on which they work."""
    rng = world.stream("careers", month)
    rows = pick(world.staff.people, attendance.people)
    n = len(attendance.people)
    chance = rng.random((len(EVENTS), n))
    on = attendance.some_day(rng)
    tenure = month.first_day - rows["hired"]
    morale = np.r_[world.organisation.morale, 0.0][attendance.team]
    is_agent, is_senior = rows["role"] == AGENT, rows["role"] == SENIOR
    hired_month = rows["hired"].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    has_anniversary = (hired_month % 12 == month.first.month - 1) & (tenure > 300)
    applies = APPLICATION_SHARE * np.exp(APPLICATION_PER_MORALE * morale)
    shares: dict[int, Floats] = {
        APPLICATION: applies * ((rows["role"] > LEAD) & (tenure > 180)),
        SEAT: SEAT_SHARE * is_senior,
        PLAN: PLAN_SHARE * has_anniversary,
        SKILLED: SKILLED_SHARE * (is_agent & (tenure > 365)),
    }
    parts = []
    for kind, share in shares.items():
        person = np.flatnonzero((on != NONE) & (chance[kind] < share))
        parts.append(_rows(attendance.people[person], month.first_day + on[person], kind))
    return join(parts)


def recognise(world: World, month: Month, handled: Rows, attendance: Attendance) -> None:
    """Give a month's awards: to the best of each team on its last day, others by chance."""
    rng = world.stream("recognitions", month)
    n = len(world.staff.people["unit"])
    person = handled["employee"] - 1
    contacts = np.bincount(person, minlength=n)
    solved = np.bincount(person, handled["is_solved"], n).astype(np.float64)
    felt = np.bincount(person, handled["experience"], n) / np.maximum(contacts, 1)
    last_day = month.first_day + month.days - 1
    may_win = world.staff.present(last_day) & (contacts >= FEWEST_CONTACTS)
    chance = rng.random(len(attendance.people))
    on = attendance.some_day(rng)
    thanked = np.flatnonzero((attendance.team != NONE) & (on != NONE) & (chance < THANKS_SHARE))
    rows = join(
        [
            _rows(attendance.people[thanked], month.first_day + on[thanked], THANKS),
            _rows(_best(world, may_win, solved), last_day, SOLVED),
            _rows(_best(world, may_win, felt), last_day, HAPPIEST),
        ]
    )
    rows = pick(rows, np.lexsort((rows["type"], rows["person"], rows["day"])))
    rows["award"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(size(rows))
    world.recognitions.add(rows)
    if world.is_year_over(month):
        _write_awards(world, month)


def _write_awards(world: World, month: Month) -> None:
    rows = world.recognitions.take(world.timeline.until_day + 1)
    world.tally.add_values("recognitions", AWARDS, rows["type"])
    world.landing.write(
        "recognitions",
        f"{month.first.year}",
        {
            "recognition_id": key(rows["award"], "RC"),
            "employee_id": key(rows["person"] + 1, "E", 5),
            "awarded_on": day(rows["day"]),
            "award": text(rows["type"], AWARDS),
        },
    )


def _best(world: World, may_win: Bools, merit: Floats) -> Ints:
    """Return the person with the greatest merit in each unit."""
    person = np.flatnonzero(may_win)
    unit = world.staff.people["unit"][person]
    order = np.lexsort((person, -merit[person], unit))
    return np.asarray(person[order][rank_within(unit[order]) == 0])
