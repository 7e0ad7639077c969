"""Customers: who joins, changes tier and leaves, and what is left of their experiences."""

import numpy as np

from evenkeel.simulate.organisation import Organisation
from evenkeel.simulate.tools.arrays import NONE, Floats, Ints, Pending, Rows, join, pick
from evenkeel.simulate.tools.files import Landing, constant, day, flag, key, number, text
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.timeline import Month, date_of

TIERS = ("basic", "silver", "gold")
SEGMENTS = ("residential", "business")
REASONS = ("moved away", "price", "service", "other")
SOURCES = ("referral", "advertising", "branch", "web")
EXTRACT_EVERY = 6
"""Months between two extracts."""
TIER_EFFECT = np.array([0.15, -0.05, -0.45])
"""What a tier adds to latent satisfaction: the better the tier, the more is expected."""
LEAVES = 0.007
"""Share of the customers who leave in a month, at usual goodwill, before what their tier does."""
LEAVES_BY_TIER = np.array([1.15, 0.85, 0.5])
LEAVES_PER_GOODWILL = -0.5
"""What a step of goodwill adds to the logarithm of that share."""


class Customers:
    """Everybody who is or was a customer; ``people`` has one row per customer.

    Goodwill is the fading mean of what a customer went through, 0 in the long run. It moves what
    customers say of the relationship as a whole, and whether they stay.
    """

    def __init__(self, organisation: Organisation, seed: int) -> None:
        self.organisation = organisation
        self.seed = seed
        size = organisation.size
        share = np.bincount(organisation.home_site, organisation.volume, minlength=size.sites)
        self._site_share = share / share.sum()
        self.people: Rows = self._people(size.customers, 0)
        rng = stream(seed, "customers.since")
        self.people["since"] -= rng.integers(1, 3650, size.customers)
        self.leaving = np.zeros((2, len(TIERS)))
        """By tier: how many were expected to leave, and in how many months they might have."""
        self._opted_out = Pending("on")
        self._extracted = organisation.timeline.start_day - 1

    def _people(self, n: int, month: int) -> Rows:
        rng = stream(self.seed, "customers.people", month)
        segment = (rng.random(n) < 0.18).astype(np.int64)
        return {
            "site": rng.choice(len(self._site_share), n, p=self._site_share),
            "segment": segment,
            "tier": rng.choice(3, n, p=[0.62, 0.27, 0.11]),
            "since": np.full(n, self.organisation.timeline.start_day),
            "left": np.full(n, NONE),
            "reason": np.full(n, NONE),
            "source": rng.choice(4, n, p=[0.22, 0.38, 0.25, 0.15]),
            "may_contact": rng.random(n) < 0.86,
            "value": np.rint(np.exp(rng.normal(5.6, 0.6, n) + 0.9 * segment)).astype(np.int64),
            # Few customers make many of the contacts.
            "keenness": np.exp(rng.normal(0, 0.7, n)),
            "temper": rng.normal(0, 0.45, n),
            "experiences": np.zeros(n),
            "experience_sum": np.zeros(n),
        }

    @property
    def goodwill(self) -> Floats:
        """What is left of each customer's experiences; 0 without any."""
        return np.asarray(
            self.people["experience_sum"] / np.maximum(self.people["experiences"], 1.0)
        )

    def change(self, month: Month) -> None:
        """Let a month's customers join, change tier and leave."""
        people = self.people
        opted_out = self._opted_out.take(month.start)
        if opted_out:
            people["may_contact"][opted_out["customer"]] = False
        rng = stream(self.seed, "customers.change", month.number)
        chance = rng.random((4, len(people["site"])))
        stays = people["left"] == NONE
        up = stays & (chance[0] < 0.006) & (people["tier"] < 2)
        down = stays & (chance[0] > 0.996) & (people["tier"] > 0)
        people["tier"] = people["tier"] + up - down
        hazard = LEAVES * LEAVES_BY_TIER[people["tier"]]
        hazard = hazard * np.exp(LEAVES_PER_GOODWILL * self.goodwill)
        goes = stays & (chance[1] < hazard)
        self._expect_leavers(month, people["tier"][stays], hazard[stays])
        days = (chance[2] * month.days).astype(np.int64)
        people["left"] = np.where(goes, month.first_day + days, people["left"])
        service = 0.2 + 0.4 * (self.goodwill < -0.5)
        reason = np.where(chance[3] < service, 2, (chance[3] * 997).astype(np.int64) % 4)
        people["reason"] = np.where(goes, reason, people["reason"])
        people["experiences"] = people["experiences"] * 0.8
        people["experience_sum"] = people["experience_sum"] * 0.8
        joining = rng.poisson(0.009 * self.organisation.size.customers)
        new = self._people(joining, month.number)
        new["since"] = month.first_day + rng.integers(0, month.days, joining)
        self.people = join([people, new])

    def _expect_leavers(self, month: Month, tier: Ints, hazard: Floats) -> None:
        """Count who is expected to leave; of the last month, only on the days that are known."""
        known_days = self.organisation.timeline.until_day + 1 - month.first_day
        share = min(known_days / month.days, 1.0)
        for row, amount in enumerate((hazard, np.ones(len(tier)))):
            self.leaving[row] += share * np.bincount(tier, amount, minlength=len(TIERS))

    def opt_out(self, customers: Ints, moments: Ints) -> None:
        """Let customers be asked no more from the month on that follows a moment."""
        self._opted_out.add({"customer": customers, "on": moments})

    def active(self, month: Month) -> Ints:
        """Return the places of those who are customers for the whole of a month."""
        stays = self.people["left"] == NONE
        return np.flatnonzero(stays & (self.people["since"] <= month.first_day))

    def choose(self, month: Month, sites: Ints, chance: Floats) -> Ints:
        """Return a customer for each contact, of the site given, the keener the likelier."""
        active = self.active(month)
        active = active[np.argsort(self.people["site"][active], kind="stable")]
        reach = np.cumsum(self.people["keenness"][active])
        bounds = np.searchsorted(self.people["site"][active], np.arange(len(self._site_share) + 1))
        reach = np.r_[0.0, reach]
        low, high = reach[bounds[sites]], reach[bounds[sites + 1]]
        place = np.searchsorted(reach, low + chance * (high - low), side="right") - 1
        return np.asarray(active[np.clip(place, bounds[sites], bounds[sites + 1] - 1)])

    def remember(self, customers: Ints, experience: Floats) -> None:
        """Add experiences to what customers remember."""
        n = len(self.people["site"])
        self.people["experiences"] += np.bincount(customers, minlength=n)
        self.people["experience_sum"] += np.bincount(customers, experience, minlength=n)

    def write_extract(self, landing: Landing, on: int) -> None:
        """Write who is a customer, and who left since the extract before."""
        left = self.people["left"]
        gone = (left != NONE) & (left <= self._extracted)
        shown = (self.people["since"] <= on) & ~gone
        rows = pick({**self.people, "number": np.arange(len(left)) + 1}, shown)
        has_left = (rows["left"] != NONE) & (rows["left"] <= on)
        landing.write(
            "customers",
            f"{date_of(on)}",
            {
                "customer_id": key(rows["number"], digits=7),
                "extracted_on": day(np.full(len(rows["number"]), on)),
                "tier": text(rows["tier"], TIERS),
                "segment": text(rows["segment"], SEGMENTS),
                "customer_type": constant(self.organisation.scenario.customer_type),
                "org_unit_id": text(rows["site"], self.organisation.site_ids),
                "since_on": day(rows["since"]),
                "left_on": day(np.where(has_left, rows["left"], NONE)),
                "leaving_reason": text(np.where(has_left, rows["reason"], NONE), REASONS),
                "acquisition_source": text(rows["source"], SOURCES),
                "contact_permission": flag(rows["may_contact"]),
                "value_amount": number(rows["value"]),
            },
        )
        self._extracted = on
