"""What customers buy, and the sizes of sites that rates are per."""

import numpy as np

from evenkeel.simulate.service.contacts import NUMBERS_PER_MONTH
from evenkeel.simulate.tools.arrays import NONE, Floats, Ints, Rows, join, logistic, pick, size
from evenkeel.simulate.tools.files import day, key, number, scaled, text
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

BUYS_ODDS = -3.6
GOODWILL_ODDS = 0.9
"""What a unit of goodwill adds to the log odds that a customer buys again in a month."""
TIER_ODDS = np.array([0.0, 0.25, 0.5])
REFERRAL = 0
"""Place of the source of those who came by another customer."""
MEASURES = ("subscribers", "households", "area_m2", "visitors", "signings")
SUBSCRIBERS, HOUSEHOLDS, AREA, VISITORS, SIGNINGS = range(5)
AREA_PER_HEAD, AREA_OF_HALL = 9, 140
VISITS = 0.12
"""Expected visits to a site per customer and month."""


def sell(world: World, month: Month) -> None:
    """Let new customers buy on their first day and the others again or not.

    Goodwill is that of the month's beginning, so this comes before the month's contacts.
    """
    people = world.customers.people
    rng = world.stream("purchases", month)
    n = len(people["site"])
    chance, on = rng.random(n), rng.integers(0, month.days, n)
    joins = np.flatnonzero(people["since"] > month.first_day)
    active = world.customers.active(month)
    odds = BUYS_ODDS + GOODWILL_ODDS * world.customers.goodwill + TIER_ODDS[people["tier"]]
    chance_of = logistic(odds)
    again = active[chance[active] < chance_of[active]]
    rows = join(
        [
            {"customer": joins, "on": people["since"][joins]},
            {"customer": again, "on": month.first_day + on[again]},
        ]
    )
    rows = pick(rows, np.lexsort((rows["customer"], rows["on"])))
    rows["site"] = people["site"][rows["customer"]]
    rows["purchase"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(size(rows))
    rows["amount"] = people["value"][rows["customer"]] * np.exp(rng.normal(0, 0.3, size(rows)))
    world.purchases.add(rows)
    if world.closes_half(month):
        known_by_end = world.purchases.take(world.before(month) // DAY)
        _write_purchases(world, month, known_by_end)
    _measure(world, month, rows)
    _count(world, month, active, chance_of[active], again)


def _count(world: World, month: Month, active: Ints, chance: Floats, again: Ints) -> None:
    """Count how many are expected to buy again in whole months, and what moved them."""
    if month.end > world.timeline.horizon:
        return
    goodwill = world.customers.goodwill
    one, each = np.zeros(len(active), np.int64), np.zeros(len(again), np.int64)
    for name, amount in (
        ("purchases", chance),
        ("variance", chance * (1 - chance)),
        ("customers", np.ones(len(active))),
        ("goodwill", goodwill[active]),
    ):
        world.tally.expect("buying_again", (name,), one, amount)
    world.tally.expect("buying_again", ("goodwill_of_buyers",), each, goodwill[again])


def _referrers(world: World) -> Ints:
    """Return the place of the customer who brought each customer, -1 where nobody did."""
    people = world.customers.people
    place = np.arange(len(people["site"]))
    rng = stream(world.seed, "purchases.referrers")
    earlier = (rng.random(len(place)) * place).astype(np.int64)
    return np.where((people["source"] == REFERRAL) & (place > 0), earlier, NONE)


def _write_purchases(world: World, month: Month, rows: Rows) -> None:
    referrer = _referrers(world)[rows["customer"]]
    world.landing.write(
        "purchases",
        month.half,
        {
            "purchase_id": key(rows["purchase"], "P"),
            "customer_id": key(rows["customer"] + 1, digits=7),
            "purchased_on": day(rows["on"]),
            "org_unit_id": text(rows["site"], world.organisation.site_ids),
            "amount": scaled(np.rint(100 * rows["amount"]).astype(np.int64), 2),
            "referred_by_customer_id": key(np.where(referrer < 0, NONE, referrer + 1), digits=7),
        },
    )


def _measure(world: World, month: Month, purchases: Rows) -> None:
    """Note what a site serves on the first of a month, and after the month what came of it."""
    people, sites = world.customers.people, world.size.sites
    is_there = people["since"] <= month.first_day
    is_there &= (people["left"] == NONE) | (people["left"] > month.first_day)
    subscribers = np.bincount(people["site"][is_there], minlength=sites)
    at_home = is_there & (people["segment"] == 0)
    visits = world.stream("purchases.visitors", month).poisson(VISITS * subscribers)
    signings = np.bincount(purchases["site"], minlength=sites)
    households = np.bincount(people["site"][at_home], minlength=sites)
    volumes = np.stack([subscribers, households, areas(world), visits, signings])
    if month.end > world.timeline.horizon:
        volumes = volumes[: AREA + 1]
    measure, site = np.divmod(np.arange(volumes.size), sites)
    rows = {"site": site, "measure": measure, "quantity": volumes.ravel()}
    world.ledger["unit_volumes"].append({**rows, "month": np.full(len(site), month.first_day)})


def write_volumes(world: World) -> None:
    """Write unit_volumes."""
    rows = join(world.ledger["unit_volumes"])
    world.landing.write(
        "unit_volumes",
        "unit_volumes",
        {
            "org_unit_id": text(rows["site"], world.organisation.site_ids),
            "month": day(rows["month"]),
            "measure": text(rows["measure"], MEASURES),
            "quantity": number(rows["quantity"]),
        },
    )


def areas(world: World) -> Ints:
    """Return the square metres of each site: room for those who are to work there, and a hall."""
    organisation = world.organisation
    heads = world.staff.target[organisation.first_team :]
    by_site = np.bincount(organisation.home_site, heads, minlength=world.size.sites)
    return np.asarray(np.rint(AREA_OF_HALL + AREA_PER_HEAD * by_site), np.int64)
