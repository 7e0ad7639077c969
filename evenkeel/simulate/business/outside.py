"""What comes from outside: the trade's benchmarks, a bought study, requests to be forgotten."""

import numpy as np

from evenkeel.simulate.surveys.waves import THIRD_PARTY_SURVEY
from evenkeel.simulate.tools.arrays import NONE, Floats, Ints
from evenkeel.simulate.tools.files import Column, constant, day, key, scaled, text
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.timeline import add_months, day_number
from evenkeel.simulate.world import World

INDUSTRIES = ("telecommunications", "utilities")
INDUSTRY_FACTOR = np.array([1.0, 0.97])
BENCHMARKS = {
    "csat_score": (66.0, 73.0, 79.0),
    "nps": (12.0, 26.0, 41.0),
    "answer_rate": (84.0, 90.0, 94.0),
    "asa_seconds": (18.0, 32.0, 55.0),
    "complaint_rate_per_1000_contacts": (14.0, 23.0, 36.0),
    "resolution_rate": (81.0, 89.0, 95.0),
    "turnover_annual": (15.0, 24.0, 35.0),
}
"""Percentiles 25, 50 and 75 of each metric."""
SCALES = ("likert5", "nps11")
WORDINGS = ("How satisfied are you overall?", "How likely are you to recommend us?")
STUDY = "Customer index of the trade"
FORGOTTEN_CUSTOMERS = 5
FORGOTTEN_AFTER = 30
"""Days after leaving before anybody asks to be forgotten."""


def write_outside(world: World) -> None:
    """Write benchmarks, the figures of the bought study, and erasures, as known at the end."""
    _write_benchmarks(world)
    _write_study(world)
    _write_erasures(world)


def _halves(world: World) -> list[int]:
    """Return the first days of the half years that are over, from the one before the start on."""
    first = world.timeline.months[0].first
    start = add_months(first, -((first.month - 1) % 6) - 6)
    halves = []
    while day_number(add_months(start, 6)) <= world.timeline.until_day:
        halves.append(day_number(start))
        start = add_months(start, 6)
    return halves


def _write_benchmarks(world: World) -> None:
    halves = np.array(_halves(world), np.int64)
    metrics = tuple(BENCHMARKS)
    shape = len(halves), len(INDUSTRIES), len(metrics)
    half, industry, metric = np.unravel_index(np.arange(np.prod(shape, dtype=np.int64)), shape)
    typical = np.array([BENCHMARKS[name] for name in metrics])[metric]
    moves = np.zeros(shape)
    for place, first_day in enumerate(halves):
        moves[place] = stream(world.seed, "benchmarks", int(first_day)).normal(0, 0.01, shape[1:])
    values = typical * (INDUSTRY_FACTOR[industry] * (1 + moves.ravel()))[:, None]
    asked = np.where(metric < len(SCALES), metric, NONE)
    world.landing.write(
        "benchmarks",
        "benchmarks",
        {
            "metric_id": text(metric, metrics),
            "industry": text(industry, INDUSTRIES),
            "period_start": day(halves[half]),
            **{
                f"percentile_{percent}": _tenths(values[:, place])
                for place, percent in enumerate((25, 50, 75))
            },
            "source": constant("Yearbook of the trade"),
            "scale": text(asked, SCALES),
            "wording": text(asked, WORDINGS),
            "mode": text(np.where(asked == NONE, NONE, 0), ("phone",)),
        },
    )


def _write_study(world: World) -> None:
    """Write what the bought study says of each of its waves that is over."""
    programme, found = THIRD_PARTY_SURVEY, []
    for month in world.timeline.months:
        opened = month.first_day + programme.opens - 1
        wave = (
            world.tally.waves.get(programme.survey(month))
            if programme.is_due(month, world.timeline.until_day)
            else None
        )
        if wave and wave["responses"] and opened + programme.days - 1 <= world.timeline.until_day:
            found.append((opened, 0, wave["responses"]))
            found.append((opened, 1, 100 * (wave["mean_code"] - 1) / 9))
    metric = np.array([place for _, place, _ in found], np.int64)
    world.landing.write(
        "reported_figures",
        "study",
        {
            "reported_by": constant(STUDY),
            "metric_id": text(metric, ("responses", "csat_score")),
            "period_type": constant("wave"),
            "period_start": day(np.array([opened for opened, _, _ in found], np.int64)),
            "org_unit_id": constant("HQ"),
            "reported_value": _tenths(np.array([value for _, _, value in found])),
        },
    )


def _write_erasures(world: World) -> None:
    """Let a few customers, and the employee who left first, ask to be forgotten."""
    until = world.timeline.until_day
    rng = stream(world.seed, "erasures")
    left = world.customers.people["left"]
    gone = np.flatnonzero((left != NONE) & (left + FORGOTTEN_AFTER <= until))
    customers = np.sort(rng.permutation(gone)[:FORGOTTEN_CUSTOMERS])
    people = world.staff.people
    leavers = np.flatnonzero((people["left"] != NONE) & ~people["is_hidden"])
    leavers = leavers[np.argsort(people["left"][leavers], kind="stable")][:1]
    leavers = leavers[people["left"][leavers] + FORGOTTEN_AFTER <= until]
    for subject, who, ids, gone_on in (
        ("customer", customers, key(customers + 1, digits=7), left[customers]),
        ("employee", leavers, key(leavers + 1, "E", 5), people["left"][leavers]),
    ):
        on = _between(rng.random(len(who)), gone_on + FORGOTTEN_AFTER, until)
        world.landing.write(
            "erasures",
            f"{subject}s",
            {"subject_type": constant(subject), "subject_id": ids, "requested_on": day(on)},
        )


def _between(chance: Floats, first: Ints, last: int) -> Ints:
    return np.asarray(first + (chance * (last - first + 1)).astype(np.int64))


def _tenths(values: Floats) -> Column:
    return scaled(np.rint(10 * values).astype(np.int64), 1)
