"""The clock of everybody on contacts: planned shifts, and what the day was really spent on."""

import numpy as np

from evenkeel.simulate.people.work_time import Attendance
from evenkeel.simulate.service.contacts import LATE_SHIFT
from evenkeel.simulate.service.demand import CLOSES, OPENS
from evenkeel.simulate.tools.arrays import NONE, Bools, Ints, Rows, join, pick, size
from evenkeel.simulate.tools.files import key, moment, number, text
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

STATES = ("available", "break", "meeting", "training", "handling", "after_contact")
AVAILABLE, BREAK, MEETING, TRAINING, HANDLING, AFTER = range(6)
ACTIVITIES = ("contacts", "break", "meeting", "training")
HALF_HOUR = 1800
WEDNESDAY = 2
DELAY_SECONDS, MOST_DELAY = 90, 900
"""How much later than planned people log in, and take and end their breaks."""


def keep_time(
    world: World, month: Month, handled: Rows, attendance: Attendance, has_course: Bools
) -> None:
    """Write a month's shifts and how agents spent them, as known by its end.

    Contacts are never put off: whoever is on contacts and handles none does what the plan says,
    a little late. Who handles a message off shift is on the clock for that only.

    Parameters
    ----------
    has_course
        Who completed a course on which day, by (people, days) of the attendance.
    """
    plan = _plan(month, attendance, has_course)
    rng = world.stream("agent_time", month)
    delay = np.ceil(rng.exponential(DELAY_SECONDS, size(plan))).astype(np.int64)
    delay = np.where(plan["may_be_late"], np.minimum(delay, MOST_DELAY), 0)
    real = {**plan, "at": plan["at"] + delay}
    work = _work(month, handled, attendance)
    _write_shifts(world, month, attendance, _known(world, month, _stretches(plan)))
    spent = _known(world, month, _stretches(real, work))
    _write_agent_time(world, month, attendance, spent)
    team = attendance.team[spent["lane"] // month.days]
    for name, state in (("available", AVAILABLE), ("handled", HANDLING), ("after_contact", AFTER)):
        seconds = spent["seconds"] * (spent["state"] == state)
        world.tally.add(f"{name}_seconds", month.index, team, seconds)


def _begin(lane: Ints, at: Ints | float, state: int, may_be_late: bool = False) -> Rows:
    """Return from when on a state holds; a lane is somebody's day, and ``at`` seconds into it."""
    n = len(lane)
    return {
        "lane": lane,
        "at": np.broadcast_to(at, n).astype(np.int64),
        "state": np.full(n, state),
        "may_be_late": np.full(n, may_be_late),
    }


def _plan(month: Month, attendance: Attendance, has_course: Bools) -> Rows:
    """Return when each planned activity begins.

    People take their breaks in turns. There is a meeting on Wednesdays, and on the day of a course
    an hour of it lies in the shift.
    """
    weekday = (month.first_day + np.arange(month.days) + 3) % 7
    ends, begins = [], []
    for shift, opens, closes, course, rest, meeting in (
        (attendance.early, OPENS, LATE_SHIFT, 9.0, 10.5, 13.5),
        (attendance.late, LATE_SHIFT, CLOSES, 15.0, 16.5, 14.5),
    ):
        person, on = np.nonzero(shift)
        lane = person * month.days + on
        meets, learns = lane[weekday[on] == WEDNESDAY], lane[has_course[person, on]]
        turn = int(rest * 3600) + attendance.people[person] % 3 * HALF_HOUR
        ends += [
            _begin(lane, closes * 3600, NONE),
            _begin(meets, meeting * 3600 + HALF_HOUR, NONE if meeting + 0.5 == closes else 0),
        ]
        begins += [
            _begin(lane, opens * 3600, AVAILABLE, may_be_late=True),
            _begin(learns, course * 3600, TRAINING),
            _begin(learns, (course + 1) * 3600, AVAILABLE),
            _begin(lane, turn, BREAK, may_be_late=True),
            _begin(lane, turn + HALF_HOUR, AVAILABLE, may_be_late=True),
            _begin(meets, meeting * 3600, MEETING),
        ]
    # What begins at the moment of an end comes after it.
    return join(ends + begins)


def _work(month: Month, handled: Rows, attendance: Attendance) -> Rows:
    """Return when agents handle contacts, one after the other, and the work after each.

    A message is worked on when it comes in, though its answer may go out later.
    """
    since = handled["start"] - month.start
    lane = attendance.row_of[handled["employee"] - 1] * month.days + since // DAY
    answered = since % DAY + sum(np.maximum(handled[part], 0) for part in ("ivr", "queue"))
    order = np.lexsort((answered, lane))
    lane, answered = lane[order], answered[order]
    handling = sum(np.maximum(handled[part][order], 0) for part in ("talk", "hold"))
    after = np.maximum(handled["after"][order], 0)
    # Work waits for what came before in the same lane: the latest arrival so far, counted in
    # seconds of work, decides when it begins. Lanes lie too far apart to meet.
    done = np.cumsum(handling + after) - handling - after
    apart = lane << 36
    begin = np.maximum.accumulate(apart + answered - done) - apart + done
    return join(
        [
            _begin(lane, begin + handling + after, NONE),
            _begin(lane, begin, HANDLING),
            _begin(lane, begin + handling, AFTER),
        ]
    )


def _stretches(plan: Rows, work: Rows | None = None) -> Rows:
    """Return stretches of one state each: of work where there is any, else as planned."""
    parts = [plan] if work is None else [plan, work]
    points = join(parts)
    is_work = np.arange(size(points)) >= size(plan)
    order = np.argsort(points["lane"] * (4 * DAY) + points["at"], kind="stable")
    points, is_work = pick(points, order), is_work[order]
    lane, at = points["lane"], points["at"]
    planned = _latest(lane, points["state"], ~is_work)
    working = _latest(lane, points["state"], is_work)
    state = np.where(working == NONE, planned, working)
    seconds = np.where(np.r_[lane[1:] == lane[:-1], False], np.r_[at[1:], 0] - at, 0)
    rows = {"lane": lane, "at": at, "state": state, "seconds": seconds}
    rows = pick(rows, (seconds > 0) & (state != NONE))
    return _merged(rows)


def _latest(lane: Ints, state: Ints, counts: Bools) -> Ints:
    """Return the state of the latest point that counts, in the lane and up to each point."""
    place = np.maximum.accumulate(np.where(counts, np.arange(len(lane)), 0))
    is_there = counts[place] & (lane[place] == lane)
    return np.where(is_there, state[place], NONE)


def _merged(rows: Rows) -> Rows:
    """Make one stretch of those that follow each other without a gap or a change."""
    end = rows["at"] + rows["seconds"]
    goes_on = (rows["lane"][1:] == rows["lane"][:-1]) & (rows["at"][1:] == end[:-1])
    goes_on &= rows["state"][1:] == rows["state"][:-1]
    first = np.flatnonzero(np.r_[True, ~goes_on][: size(rows)])
    merged = pick(rows, first)
    if len(first):
        merged["seconds"] = np.add.reduceat(rows["seconds"], first)
    return merged


def _known(world: World, month: Month, rows: Rows) -> Rows:
    """Return the stretches of the days up to the last simulated one."""
    days = world.timeline.until_day - month.first_day + 1
    return rows if days >= month.days else pick(rows, rows["lane"] % month.days < days)


def _moments(month: Month, rows: Rows) -> Ints:
    return np.asarray(month.start + rows["lane"] % month.days * DAY + rows["at"])


def _write_shifts(world: World, month: Month, attendance: Attendance, rows: Rows) -> None:
    begins = _moments(month, rows)
    world.tally.add_values("shifts", ACTIVITIES, rows["state"])
    world.landing.write(
        "shifts",
        month.key,
        {
            "employee_id": key(attendance.people[rows["lane"] // month.days] + 1, "E", 5),
            "starts_at": moment(begins),
            "ends_at": moment(begins + rows["seconds"]),
            "activity": text(rows["state"], ACTIVITIES),
        },
        file_type="parquet",
    )


def _write_agent_time(world: World, month: Month, attendance: Attendance, rows: Rows) -> None:
    world.tally.add_values("agent_time", STATES, rows["state"])
    world.landing.write(
        "agent_time",
        month.key,
        {
            "employee_id": key(attendance.people[rows["lane"] // month.days] + 1, "E", 5),
            "started_at": moment(_moments(month, rows)),
            "state": text(rows["state"], STATES),
            "seconds": number(rows["seconds"]),
        },
        file_type="parquet",
    )
