"""Who gets in touch, when and why: fresh matters, and unsolved ones that come back."""

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.tools.arrays import Floats, Ints, Rows, join, logistic, pick, size
from evenkeel.simulate.tools.holidays import demand_of
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

OPENS, CLOSES = 8, 20
CHANNELS = ("voice", "chat", "email", "app")
VOICE, CHAT, EMAIL, APP = range(4)
GROWTH = 0.003
"""Growth of demand per month."""
REPEAT_SHARE = 0.07
"""Roughly the share of contacts that are repeats; fresh demand is planned so much lower."""
COMES_BACK = 0.35
"""Probability that an unsolved matter leads to another contact."""


def hourly_rates(world: World, month: Month) -> Floats:
    """Return expected fresh contacts by team, day and open hour."""
    organisation = world.organisation
    scenario = organisation.scenario
    days = month.first_day + np.arange(month.days)
    season = scenario.season[month.first.month - 1]
    day = demand_of(days, scenario.weekdays) / scenario.weekdays.mean() * season
    hour = scenario.hours / scenario.hours.sum()
    daily = world.size.contacts_per_month * (1 - REPEAT_SHARE) * 12 / 365.25
    growth = 1 + GROWTH * month.index
    team = organisation.volume / organisation.teams * organisation.is_open(month.index)
    return np.asarray(daily * growth * team[:, None, None] * day[:, None] * hour)


def demand(world: World, month: Month, rates: Floats) -> Rows:
    """Return all contacts that start in a month, in order of their start.

    Columns: start, team, customer, issue, channel, is_repeat, is_unsolved (whether the matter
    stays open after this contact, should anybody answer).
    """
    fresh = _fresh(world, month, rates)
    rng = world.stream("contacts.returns", month)
    back = world.returning.take(month.end)
    if size(back):
        back = pick(back, world.organisation.is_open(month.index)[back["team"]])
    parts = [fresh, back] if size(back) else [fresh]
    matters = join(parts)
    everything = [matters]
    while size(matters):
        matters = _returns(rng, world, month, matters)
        later = matters["start"] >= month.end
        world.returning.add(pick(matters, later))
        matters = pick(matters, ~later)
        everything.append(matters)
    contacts = join(everything)
    return pick(contacts, np.lexsort((contacts["team"], contacts["start"])))


def _fresh(world: World, month: Month, rates: Floats) -> Rows:
    counts = world.stream("contacts.arrivals", month).poisson(rates)
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    team, day, hour = np.unravel_index(cells, counts.shape)
    rng = world.stream("contacts.needs", month)
    n = len(team)
    second = rng.integers(0, 3600, n)
    customer = world.customers.choose(month, world.organisation.home_site[team], rng.random(n))
    return {
        "start": month.start + day * DAY + (OPENS + hour) * 3600 + second,
        "team": team,
        "customer": customer,
        "issue": world.organisation.queue[team] * 3 + rng.choice(3, n, p=[0.5, 0.3, 0.2]),
        "channel": _channels(rng, n),
        "is_repeat": np.zeros(n, np.bool_),
        "is_unsolved": _unsolved(rng, world, month, team, 0.0),
    }


def _returns(rng: Generator, world: World, month: Month, matters: Rows) -> Rows:
    comes_back = matters["is_unsolved"] & (rng.random(size(matters)) < COMES_BACK)
    again = pick(matters, comes_back)
    n = size(again)
    days = 1 + rng.geometric(0.45, n)
    by_hour = world.organisation.scenario.hours
    hours = OPENS + rng.choice(len(by_hour), n, p=by_hour / by_hour.sum())
    day = again["start"] // DAY + days
    return {
        "start": day * DAY + hours * 3600 + rng.integers(0, 3600, n),
        "team": again["team"],
        "customer": again["customer"],
        "issue": again["issue"],
        "channel": _channels(rng, n),
        "is_repeat": np.ones(n, np.bool_),
        "is_unsolved": _unsolved(rng, world, month, again["team"], -0.3),
    }


def _channels(rng: Generator, n: int) -> Ints:
    return np.asarray(rng.choice(4, n, p=[0.64, 0.18, 0.11, 0.07]))


def _unsolved(rng: Generator, world: World, month: Month, team: Ints, extra: float) -> Ints:
    odds = world.organisation.solving_odds(month.index)[team] + extra
    return np.asarray(rng.random(len(team)) >= logistic(odds))
