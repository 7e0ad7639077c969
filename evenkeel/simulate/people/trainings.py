"""Courses: on being hired, and again and again, more often where customers feel let down."""

import numpy as np

from evenkeel.simulate.people.work_time import COURSE_DAYS, Attendance
from evenkeel.simulate.service.contacts import NUMBERS_PER_MONTH
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, join, pick, size
from evenkeel.simulate.tools.files import day, flag, key, scaled, text
from evenkeel.simulate.tools.timeline import Month
from evenkeel.simulate.world import World

COURSE_TYPES = ("system", "product", "service", "compliance")
SERVICE = 2
COURSES = (
    *("Customer systems", "Products and tariffs", "Talking with customers", "Data protection"),
    *("System release", "New tariffs", "Difficult conversations", "Data protection, yearly"),
)
"""By type: first those of new people, in the order of `COURSE_DAYS`, then the refreshers."""
HOURS = np.array([16, 24, 16, 4, 2, 3, 4, 1])
REFRESHED_SHARE = 0.07
"""Share of the people who refresh something in a month, where customers are as happy as usual."""
REFRESHED_PER_DIP = 2.0
"""By how much that share grows, in units of itself, for each step of missing satisfaction."""
MEAN_SCORE, SCORE_PER_SOLVING, SCORE_SPREAD = 76.0, 8.0, 9.0
PASS_SCORE = 60


def train(world: World, month: Month, attendance: Attendance) -> Bools:
    """Let people complete courses on days on which they work, and write them year by year.

    Returns
    -------
    Who completed a course on which day, by (people, days) of the attendance.
    """
    rng = world.stream("trainings", month)
    rows = join([_onboarding(world, month, attendance), _refreshers(world, month, attendance)])
    rows = pick(rows, np.lexsort((rows["course"], rows["person"], rows["on"])))
    n = size(rows)
    team = attendance.team[rows["person"]]
    solving = np.where(team == NONE, 0.0, world.organisation.solving[np.maximum(team, 0)])
    score = MEAN_SCORE + SCORE_PER_SOLVING * solving + SCORE_SPREAD * rng.normal(size=n)
    rows["score"] = np.rint(np.clip(score, 0, 100)).astype(np.int64)
    rows["training"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(n)
    has_course = np.zeros(attendance.scheduled.shape, np.bool_)
    has_course[rows["person"], rows["on"]] = True
    rows["day"] = month.first_day + rows["on"]
    rows["employee"] = attendance.people[rows["person"]] + 1
    world.trainings.add(rows)
    if world.is_year_over(month):
        _write(world, month)
    return has_course


def _onboarding(world: World, month: Month, attendance: Attendance) -> Rows:
    tenure = month.first_day + np.arange(month.days)
    tenure = tenure - world.staff.people["hired"][attendance.people][:, None]
    person, on = np.nonzero(np.isin(tenure, COURSE_DAYS) & (attendance.worked > 0))
    return {"person": person, "on": on, "course": np.searchsorted(COURSE_DAYS, tenure[person, on])}


def _refreshers(world: World, month: Month, attendance: Attendance) -> Rows:
    rng = world.stream("trainings.refreshers", month)
    n = len(attendance.people)
    dip = np.r_[_dips(world, month), 0.0][attendance.team]
    chance = rng.random((2, n))
    on = attendance.some_day(rng)
    is_settled = world.staff.people["hired"][attendance.people] <= month.first_day - 30
    share = REFRESHED_SHARE * (1 + REFRESHED_PER_DIP * dip)
    person = np.flatnonzero(is_settled & (on != NONE) & (chance[0] < share))
    # A dip is answered by lessons in service.
    about_service = chance[1] < dip / (1 + dip)
    kind = np.where(about_service, SERVICE, rng.integers(0, len(COURSE_TYPES), n))
    return {"person": person, "on": on[person], "course": len(COURSE_TYPES) + kind[person]}


def _dips(world: World, month: Month) -> Floats:
    """Return how far each team's satisfaction lies under that of all."""
    satisfaction = world.organisation.satisfaction(month.index)
    usual = satisfaction[world.organisation.is_open(month.index)].mean()
    return np.asarray(np.maximum(usual - satisfaction, 0.0))


def _write(world: World, month: Month) -> None:
    rows = world.trainings.take(world.timeline.until_day + 1)
    kind: Ints = rows["course"] % len(COURSE_TYPES)
    world.tally.add_values("trainings", COURSE_TYPES, kind)
    world.landing.write(
        "trainings",
        f"{month.first.year}",
        {
            "training_id": key(rows["training"], "TR"),
            "employee_id": key(rows["employee"], "E", 5),
            "completed_on": day(rows["day"]),
            "course": text(rows["course"], COURSES),
            "course_type": text(kind, COURSE_TYPES),
            "hours": scaled(10 * HOURS[rows["course"]], 1),
            "exam_score": scaled(10 * rows["score"], 1),
            "passed": flag(np.asarray(rows["score"] >= PASS_SCORE)),
        },
    )
