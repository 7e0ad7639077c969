"""What teams and vendors cost, and what a vendor's own screen says of its month."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenkeel.simulate.service.contacts import ABANDONED, ANSWERED, asked_for_a_person
from evenkeel.simulate.service.demand import CHAT
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, join, pick, size
from evenkeel.simulate.tools.files import constant, day, key, scaled, text
from evenkeel.simulate.tools.timeline import Month
from evenkeel.simulate.world import World

COST_TYPES = ("staff", "vendor", "vendor_penalty")
STAFF, VENDOR, PENALTY = range(3)
PAY_PER_HEAD = 8_200.0
"""Pay per head and month, in yuan; heads are those of the first of the month."""
TEAM_CONSTANT = 15_000.0
"""What a team costs beside its heads, every month the same."""
PAY_NOISE = 700.0
RATES = np.array([0.0, 520.0, 465.0])
"""Yuan per answered contact, by number of the vendor; number 0 is nobody. Teams are large for their
contacts, so own contacts cost as much."""
TARGET, TARGET_SECONDS = 0.95, 20
"""The service level agreed with vendors: the share answered in time."""
PENALTY_SHARE = 0.05
"""What a vendor's site returns of its month's bill where the level was missed."""
FIGURES = ("contacts_offered", "answer_rate", "aht_seconds")
DISCREPANCY = 3.0
"""Points that the first vendor's screen once adds to the answer rate."""


def settle(world: World, month: Month, contacts: Rows) -> None:
    """Note the costs of a month that is over, and what the vendors' screens say of it."""
    if month.end > world.timeline.horizon:
        return
    vendor = world.organisation.vendor[world.organisation.site(month.index)]
    bills = _bills(world, month, contacts)
    costs = join([_pay(world, month), bills, _penalties(world, month, contacts, bills)])
    world.ledger["costs"].append({**costs, "month": np.full(size(costs), month.first_day)})
    _report(world, month, pick(contacts, vendor[contacts["team"]] != NONE))


def write_costs(world: World) -> None:
    """Write costs, and the figures that vendors report."""
    if not world.ledger["costs"]:
        return
    costs, figures = join(world.ledger["costs"]), join(world.ledger["reported_figures"])
    world.landing.write(
        "costs",
        "costs",
        {
            "org_unit_id": text(costs["unit"], world.organisation.unit_ids),
            "month": day(costs["month"]),
            "cost_type": text(costs["type"], COST_TYPES),
            "amount": scaled(costs["cents"], 2),
            "currency": constant("CNY"),
            "vendor_id": key(costs["vendor"], "V"),
        },
    )
    world.landing.write(
        "reported_figures",
        "vendors",
        {
            "reported_by": key(world.organisation.vendor[figures["site"]], "V"),
            "metric_id": text(figures["metric"], FIGURES),
            "period_type": constant("month"),
            "period_start": day(figures["month"]),
            "org_unit_id": text(figures["site"], world.organisation.site_ids),
            "reported_value": scaled(figures["tenths"], 1),
        },
    )


def _pay(world: World, month: Month) -> Rows:
    """Return what the organisation's own teams cost."""
    organisation, people = world.organisation, world.staff.people
    unit = people["unit"][world.staff.present(month.first_day)]
    heads = np.bincount(unit, minlength=len(organisation.unit_ids))[organisation.first_team :]
    own = organisation.vendor[organisation.site(month.index)] == NONE
    team = np.flatnonzero(own & organisation.is_open(month.index))
    noise = world.stream("costs.pay", month).normal(0, PAY_NOISE, organisation.teams)
    yuan = TEAM_CONSTANT + PAY_PER_HEAD * heads + noise
    return _costs(organisation.first_team + team, STAFF, yuan[team], np.full(len(team), NONE))


def _bills(world: World, month: Month, contacts: Rows) -> Rows:
    """Return what vendors charge for the contacts that their teams answered."""
    organisation = world.organisation
    vendor = organisation.vendor[organisation.site(month.index)]
    team = np.flatnonzero((vendor != NONE) & organisation.is_open(month.index))
    answered = contacts["team"][contacts["outcome"] == ANSWERED]
    counts = np.bincount(answered, minlength=organisation.teams)
    yuan = RATES[vendor[team]] * counts[team]
    return _costs(organisation.first_team + team, VENDOR, yuan, vendor[team])


def _penalties(world: World, month: Month, contacts: Rows, bills: Rows) -> Rows:
    """Return what vendors' sites give back, below zero, where their service level was missed."""
    organisation = world.organisation
    level = service_levels(world, month, contacts)
    sites = np.flatnonzero(organisation.vendor != NONE)
    team_site = organisation.site(month.index)[bills["unit"] - organisation.first_team]
    bill = np.bincount(team_site, bills["cents"], minlength=world.size.sites)[sites] / 100
    missed = level[sites] < TARGET
    rows = _costs(
        organisation.first_site + sites,
        PENALTY,
        -PENALTY_SHARE * bill,
        organisation.vendor[sites],
    )
    counts = np.ones(int(missed.sum()))
    missing = [f"V{number}" for number in organisation.vendor[sites][missed]]
    world.tally.expect("vendor_months_missed", missing, np.arange(len(missing)), counts)
    return pick(rows, missed & (bill > 0))


def service_levels(world: World, month: Month, contacts: Rows) -> Floats:
    """Return the share answered in time at each site, of those answered or given up later."""
    queued = asked_for_a_person(contacts) & (contacts["channel"] <= CHAT)
    in_time = contacts["queue"] <= TARGET_SECONDS
    answered = queued & (contacts["outcome"] == ANSWERED)
    late = queued & (contacts["outcome"] == ABANDONED) & ~in_time
    site = world.organisation.site(month.index)[contacts["team"]]

    def count(which: Bools) -> Floats:
        return np.asarray(np.bincount(site[which], minlength=world.size.sites), np.float64)

    return np.asarray(count(answered & in_time) / np.maximum(count(answered | late), 1))


def _costs(unit: Ints, cost_type: int, yuan: NDArray[Any], vendor: Ints) -> Rows:
    return {
        "unit": unit,
        "type": np.full(len(unit), cost_type),
        "cents": np.rint(100 * yuan).astype(np.int64),
        "vendor": vendor,
    }


def discrepancy_month(world: World) -> int:
    """Return the month in which a screen is wrong, counted from 0."""
    return world.size.months // 2 + 1


def _report(world: World, month: Month, contacts: Rows) -> None:
    """Note what the vendors' screens say: rounded, and once wrong."""
    organisation = world.organisation
    sites = np.flatnonzero(organisation.vendor != NONE)
    site = organisation.site(month.index)[contacts["team"]]
    asked = asked_for_a_person(contacts)
    answered = asked & (contacts["outcome"] == ANSWERED)
    spoken = answered & (contacts["talk"] != NONE)
    seconds = contacts["talk"] + np.maximum(contacts["hold"], 0) + np.maximum(contacts["after"], 0)

    def count(which: Bools) -> Floats:
        return np.asarray(np.bincount(site[which], minlength=world.size.sites)[sites], np.float64)

    handled = np.bincount(site[spoken], seconds[spoken], minlength=world.size.sites)[sites]
    offered = count(asked)
    rate = np.round(100 * count(answered) / np.maximum(offered, 1), 1)
    if month.index == discrepancy_month(world):
        rate[0] += DISCREPANCY
    figures = np.stack([offered, rate, np.rint(handled / np.maximum(count(spoken), 1))])
    metric, place = np.divmod(np.arange(figures.size), len(sites))
    world.ledger["reported_figures"].append(
        {
            "site": sites[place],
            "metric": metric,
            "month": np.full(figures.size, month.first_day),
            "tenths": np.rint(10 * figures.ravel()).astype(np.int64),
        }
    )
