"""Working days: who is scheduled, on contacts, absent or stays longer, and what strains a team."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.service.contacts import ABUSIVE_SHARE, agents_needed
from evenkeel.simulate.service.demand import CLOSES, hourly_rates
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, pick
from evenkeel.simulate.tools.files import day, key, number, text
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

ABSENCES = ("sick", "leave", "other")
SICK, LEAVE, OTHER = range(3)
FULL_DAY, PART_DAY, SHIFT_MINUTES = 480, 360, 360
FULL_WEEK, PART_WEEK = 5, 3
"""Working days of seven."""
COURSE_DAYS = (2, 5, 9, 10)
"""Days after the hiring on which new people complete their courses."""
SETTLING_DAYS = 14
"""Nobody is absent so soon after being hired."""

TYPICAL_LOAD = 900.0
"""Seconds handled in one agent's shift on contacts."""
LOAD_EFFECT = 0.4
"""What the log of the load over the typical one adds to strain."""
ABUSE_EFFECT = 15.0
"""What the share of abusive contacts, less the usual one, adds to strain."""
MORALE_EFFECT = -0.8
SICK_SHARE = 0.045
"""Share of the scheduled days that people without stress are sick."""
SICK_PER_STRESS = 0.6
"""What a step of stress adds to the log of that share."""
LEAVE_SHARE = 0.05
LEAVE_SEASON = np.array([0.8, 0.9, 0.7, 0.9, 1.0, 1.1, 1.6, 1.7, 0.9, 0.9, 0.6, 0.9])
OTHER_SHARE, OTHER_MINUTES = 0.006, 120
OVERTIME_QUARTERS = 0.15
"""Quarters of an hour that people stay longer on a usual day."""


@dataclass(frozen=True)
class Attendance:
    """What everybody employed in a month did on each of its days, arrays by (people, days).

    ``people`` are places in the staff, ``row_of`` the row of each place, ``team`` the teams, -1
    above the teams. ``early`` and ``late`` tell who was on shift, by the rota. Scheduled = worked -
    overtime + absent, in minutes, 0 of each on a day off; ``absence`` is a place in `ABSENCES`, -1
    for none. ``stress`` is by team.
    """

    people: Ints
    row_of: Ints
    team: Ints
    early: Bools
    late: Bools
    scheduled: Ints
    absent: Ints
    absence: Ints
    overtime: Ints
    stress: Floats

    @property
    def worked(self) -> Ints:
        """Minutes worked."""
        return np.asarray(self.scheduled - self.absent + self.overtime)

    def some_day(self, rng: Generator) -> Ints:
        """Draw a day for each one, counted from 0, on which they worked; -1 if they did not."""
        chance = rng.random(self.scheduled.shape) * (self.worked > 0)
        return np.where(chance.any(axis=1), chance.argmax(axis=1), NONE)


def attend(world: World, month: Month, handled: Rows) -> Attendance:
    """Find out who came in a month, given what they handled, and write the working days.

    The rota has served the contacts already, so whoever is on contacts came. Those who were absent
    are drawn among the others who were to work that day, that much likelier that their share of
    all scheduled days is as planned. So the rota is what was left after the absences.
    """
    staff, days = world.staff.people, month.first_day + np.arange(month.days)
    left = staff["left"]
    was_there = (staff["hired"] < month.first_day + month.days) & (
        (left == NONE) | (left > month.first_day)
    )
    people = np.flatnonzero(was_there)
    rows = pick(staff, people)
    hired, left = rows["hired"][:, None], rows["left"][:, None]
    employed = (hired <= days) & ((left == NONE) | (left > days))
    team = rows["unit"] - world.organisation.first_team
    team = np.where(team >= 0, team, NONE)
    row_of = np.full(len(staff["unit"]), NONE)
    row_of[people] = np.arange(len(people))
    early, late = _shifts(world, month, row_of)
    on_contacts = early | late
    # A message or a call out may fall to somebody who is not on shift, too.
    row, on = row_of[handled["employee"] - 1], (handled["start"] - month.start) // DAY
    on_contacts[row, on] = True
    scheduled = _scheduled(rows, team, days, employed, on_contacts)
    scheduled = np.where(early & late, 2 * SHIFT_MINUTES, scheduled)
    strain = _strain(world, handled, team, early.sum(axis=1) + late.sum(axis=1))
    world.staff.strain = strain
    stress = strain + MORALE_EFFECT * world.organisation.morale
    free = (scheduled > 0) & ~on_contacts & (days >= hired + SETTLING_DAYS)
    chance = _chances(month, team, scheduled > 0, free, stress)
    absence = _absences(world.stream("work_time.absences", month), people, chance)
    absent = np.where(absence == OTHER, OTHER_MINUTES, np.where(absence == NONE, 0, scheduled))
    overtime = _overtime(world, month, handled, team, row)
    overtime = np.where((scheduled > 0) & (absence == NONE), overtime, 0)
    attendance = Attendance(
        people, row_of, team, early, late, scheduled, absent, absence, overtime, stress
    )
    _count(world, month, attendance, chance)
    _write(world, month, attendance)
    return attendance


def _shifts(world: World, month: Month, row_of: Ints) -> tuple[Bools, Bools]:
    """Return who was on the early and on the late shift, by (people, days)."""
    agents = agents_needed(world, hourly_rates(world, month))
    agents *= world.organisation.is_open(month.index)[:, None]
    employee = world.staff.rota(month, int(agents.sum(axis=1).max())).employee
    place = np.arange(employee.shape[2])
    is_early = place < agents[:, :1]
    is_late = ~is_early & (place < agents.sum(axis=1)[:, None])
    shifts = []
    for is_shift in (is_early, is_late):
        team, day_, place = np.nonzero((employee > 0) & is_shift[:, None, :])
        on_shift = np.zeros((row_of.max() + 1, month.days), np.bool_)
        on_shift[row_of[employee[team, day_, place] - 1], day_] = True
        shifts.append(on_shift)
    early, late = shifts
    return early, late


def _scheduled(rows: Rows, team: Ints, days: Ints, employed: Bools, on_contacts: Bools) -> Ints:
    """Return scheduled minutes: by the rota, by each one's week, and on the days of courses."""
    part_time = rows["employment"] == 1
    in_week = np.where(part_time, PART_WEEK, FULL_WEEK)[:, None]
    # Above the teams the week starts on Monday, in them on any day.
    phase = np.where(team == NONE, 3, np.arange(len(team)))[:, None]
    is_new = np.isin(days - rows["hired"][:, None], COURSE_DAYS)
    works = employed & (((days + phase) % 7 < in_week) | on_contacts | is_new)
    return np.where(works, np.where(part_time, PART_DAY, FULL_DAY)[:, None], 0)


def _strain(world: World, handled: Rows, team: Ints, shifts: Ints) -> Floats:
    """Return what a month's work adds to each team's stress; nothing where nobody worked."""
    teams = world.organisation.teams
    seconds = sum(np.maximum(handled[part], 0) for part in ("talk", "hold", "after"))
    total = np.bincount(handled["team"], seconds, minlength=teams)
    load = total / np.maximum(np.bincount(team[team != NONE], shifts[team != NONE], teams), 1)
    number_ = np.bincount(handled["team"], minlength=teams)
    abusive = np.bincount(handled["team"], handled["is_abusive"], minlength=teams)
    share = abusive / np.maximum(number_, 1)
    strain = LOAD_EFFECT * np.clip(np.log(np.maximum(load, 1) / TYPICAL_LOAD), -1.5, 1.5)
    strain = strain + ABUSE_EFFECT * (share - ABUSIVE_SHARE)
    return np.where(number_ > 0, strain, 0.0)


def _chances(month: Month, team: Ints, works: Bools, free: Bools, stress: Floats) -> Floats:
    """Return how likely each one is absent on each day, by kind of absence."""
    groups = len(stress) + 1
    scheduled = np.bincount(team + 1, works.sum(axis=1), groups)
    may_be_absent = np.bincount(team + 1, free.sum(axis=1), groups)
    factor = (scheduled / np.maximum(may_be_absent, 1))[team + 1]
    sick = SICK_SHARE * np.exp(SICK_PER_STRESS * np.r_[0.0, stress])[team + 1]
    leave = LEAVE_SHARE * LEAVE_SEASON[month.first.month - 1]
    shares = np.stack([sick, np.full(len(team), leave), np.full(len(team), OTHER_SHARE)])
    shares = np.minimum(shares * factor, 0.4)[:, :, None] * free
    # Who has leave is not sick, and who is sick has nothing else.
    shares[SICK] *= 1 - shares[LEAVE]
    shares[OTHER] *= 1 - shares[LEAVE] - shares[SICK]
    return np.asarray(shares)


def _absences(rng: Generator, people: Ints, chance: Floats) -> Ints:
    """Draw absences: sickness lasts up to three days and leave up to a week."""
    n, days = chance.shape[1:]
    drawn = rng.random((3, n, days))
    index, row = np.arange(days), np.arange(n)[:, None]
    sick = drawn[SICK][row, (index + people[:, None] % 3) // 3]
    leave = drawn[LEAVE][row, (index + people[:, None] % 7) // 7]
    is_on_leave = leave < chance[LEAVE]
    is_sick = ~is_on_leave & (sick * (1 - chance[LEAVE]) < chance[SICK])
    rest = 1 - chance[LEAVE] - chance[SICK]
    is_away = ~is_on_leave & ~is_sick & (drawn[OTHER] * rest < chance[OTHER])
    return np.select([is_on_leave, is_sick, is_away], [LEAVE, SICK, OTHER], NONE)


def _overtime(world: World, month: Month, handled: Rows, team: Ints, row: Ints) -> Ints:
    """Return minutes after the schedule: the more a day brings, and until the last call ends."""
    rng = world.stream("work_time.overtime", month)
    on = (handled["start"] - month.start) // DAY
    busy = np.bincount(
        handled["team"] * month.days + on, minlength=world.organisation.teams * month.days
    )
    busy = busy.reshape(-1, month.days)
    relative = busy / np.maximum(busy.mean(axis=1), 0.1)[:, None]
    relative = np.r_[np.ones((1, month.days)), relative]
    overtime = 15 * rng.poisson(OVERTIME_QUARTERS * relative[team + 1])
    ends = handled["end"] + np.maximum(handled["after"], 0) - month.start - on * DAY
    over = np.where(handled["queue"] != NONE, -(-(ends - CLOSES * 3600) // 60), 0)
    stays = np.zeros_like(overtime)
    np.maximum.at(stays, (row, on), over)
    return np.asarray(overtime + stays)


def _count(world: World, month: Month, attendance: Attendance, chance: Floats) -> None:
    known_days = slice(0, max(world.timeline.until_day - month.first_day + 1, 0))
    in_team = attendance.team != NONE
    team = attendance.team[in_team]
    scheduled = attendance.scheduled
    counted = {
        "scheduled_minutes": scheduled,
        "worked_minutes": attendance.worked,
        "overtime_minutes": attendance.overtime,
        "absent_minutes": attendance.absent,
        "sick_minutes": scheduled * (attendance.absence == SICK),
        "expected_sick_minutes": scheduled * chance[SICK],
        "expected_leave_minutes": scheduled * chance[LEAVE],
    }
    for name, minutes in counted.items():
        amount = minutes[in_team, known_days].sum(axis=1)
        world.tally.add(name, month.index, team, amount)
    teams = np.unique(team)
    world.tally.add("stress", month.index, teams, attendance.stress[teams])


def _write(world: World, month: Month, attendance: Attendance) -> None:
    days = month.first_day + np.arange(month.days)
    person, on = np.nonzero((attendance.scheduled > 0) & (days <= world.timeline.until_day))
    absence = attendance.absence[person, on]
    world.tally.add_values("work_time", ABSENCES, absence)
    world.landing.write(
        "work_time",
        month.key,
        {
            "employee_id": key(attendance.people[person] + 1, "E", 5),
            "worked_on": day(days[on]),
            "scheduled_minutes": number(attendance.scheduled[person, on]),
            "worked_minutes": number(attendance.worked[person, on]),
            "overtime_minutes": number(attendance.overtime[person, on]),
            "absent_minutes": number(attendance.absent[person, on]),
            "absence_type": text(absence, ABSENCES),
        },
        file_type="parquet",
    )
