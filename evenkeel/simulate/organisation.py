"""The organisation: units, how they change, and how good they truly are."""

from dataclasses import dataclass

import numpy as np

from evenkeel.simulate.scenario import Scenario
from evenkeel.simulate.sizes import Shift, Size
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.timeline import Timeline

DRIFT_MONTHS = 24
MOOD_SPREAD, MOOD_STAYS = 0.3, 0.7
"""Standard deviation of a team's mood about its morale, and how much of it is left a month later."""
MOOD_EFFECT, MOOD_LAG = 0.5, 2
"""What a step of mood adds to what customers feel, so many months later."""


@dataclass(frozen=True)
class Organisation:
    """Units and their true qualities, which nobody in the simulated world gets to see.

    Arrays are by region, site or team. Satisfaction is on the latent scale of answers (a step of
    1 moves a five-point mean by about half a point), solving in log odds, morale like satisfaction.
    Mood, by month and team, is what morale is above or below its usual height.
    """

    size: Size
    scenario: Scenario
    timeline: Timeline
    site_region: Ints
    home_site: Ints
    kind: Ints
    volume: Floats
    region_effect: Floats
    site_effect: Floats
    team_effect: Floats
    drift: Floats
    solving: Floats
    staffing: Floats
    morale: Floats
    mood: Floats

    @property
    def teams(self) -> int:
        """How many teams there ever are."""
        return len(self.home_site)

    @property
    def queue(self) -> Ints:
        """The queue that each team serves."""
        return np.asarray(self.scenario.line_queue[self.kind])

    @property
    def vendor(self) -> Ints:
        """The number of the vendor that runs each site, from 1; -1: the organisation itself."""
        vendor = np.full(self.size.sites, NONE)
        vendor[list(self.size.vendor_sites)] = np.arange(len(self.size.vendor_sites)) + 1
        return vendor

    @property
    def unit_ids(self) -> list[str]:
        """All units: the company, its regions, sites and teams."""
        size = self.size
        return [
            "HQ",
            *(f"R{i + 1}" for i in range(size.regions)),
            *(f"S{i + 1:02d}" for i in range(size.sites)),
            *self.team_ids,
        ]

    @property
    def team_ids(self) -> list[str]:
        """All teams."""
        return [f"T{i + 1:03d}" for i in range(self.size.teams)]

    @property
    def region_ids(self) -> list[str]:
        """All regions."""
        return self.unit_ids[1 : self.first_site]

    @property
    def site_ids(self) -> list[str]:
        """All sites."""
        return self.unit_ids[self.first_site : self.first_team]

    @property
    def first_site(self) -> int:
        """Place of the first site among all units."""
        return 1 + self.size.regions

    @property
    def first_team(self) -> int:
        """Place of the first team among all units."""
        return self.first_site + self.size.sites

    def happened(self, month: int) -> bool:
        """Whether what is planned for a month lies within the simulated span."""
        return month < len(self.timeline.months)

    def site(self, month: int) -> Ints:
        """Return the site of each team in a month."""
        sites = self.home_site.copy()
        if month >= self.size.moved.month:
            sites[self.size.moved.team] = self.size.moved.site
        return sites

    def is_open(self, month: int) -> Bools:
        """Return whether each team works in a month."""
        is_open = np.ones(self.teams, np.bool_)
        opened, opened_month = self.size.opened
        closed, closed_month = self.size.closed
        is_open[opened] = month >= opened_month
        is_open[closed] = month < closed_month
        return is_open

    def shifts(self, month: int) -> tuple[Shift, ...]:
        """Return the shifts that are in effect in a month."""
        return tuple(shift for shift in self.size.shifts if shift.month <= month)

    def satisfaction(self, month: int) -> Floats:
        """Return the latent satisfaction that each team adds in a month."""
        site = self.site(month)
        region = self.site_region[site]
        # Drift saturates, so that a long run stays in range.
        share = np.tanh(month / DRIFT_MONTHS) / np.tanh(1.0)
        effect = self.region_effect[region] + self.site_effect[site] + self.team_effect
        effect = effect + (self.drift + 0.12) * share
        for shift in self.shifts(month):
            effect = effect + shift.satisfaction * (region == shift.region)
        if month >= MOOD_LAG:
            effect = effect + MOOD_EFFECT * self.mood[month - MOOD_LAG]
        return np.asarray(effect)

    def solving_odds(self, month: int) -> Floats:
        """Return the log odds that each team solves a matter in one contact."""
        region = self.site_region[self.site(month)]
        odds = 1.3 + self.solving
        for shift in self.shifts(month):
            odds = odds + shift.solving * (region == shift.region)
        return odds

    def unit_of(self, teams: Ints) -> Ints:
        """Return the place of teams among all units; no team, no unit."""
        return np.where(teams == NONE, NONE, teams + self.first_team)


def organise(size: Size, scenario: Scenario, seed: int, timeline: Timeline) -> Organisation:
    """Draw the true qualities of every unit.

    A satisfied team is somewhat likelier to have high morale; of the two busiest kinds, the team
    with the happiest customers is worn out and the one with the unhappiest is in high spirits.
    """
    rng = stream(seed, "organisation")
    site_region = np.arange(size.sites) * size.regions // size.sites
    home_site = np.repeat(np.arange(size.sites), size.kinds)
    kind = np.tile(np.arange(size.kinds), size.sites)
    site_size = np.exp(rng.normal(0, 0.45, size.sites))
    volume = (
        scenario.line_volume[kind] * site_size[home_site] * np.exp(rng.normal(0, 0.3, size.teams))
    )
    volume = volume / volume.mean()
    team_effect = rng.normal(0, 0.3, size.teams)
    morale = 0.5 * team_effect + rng.normal(0, 0.3, size.teams)
    busy = np.flatnonzero(kind < 2)
    order = busy[np.argsort(team_effect[busy], kind="stable")]
    morale[order[-1]], morale[order[0]] = -0.9, 0.7
    drift = np.zeros(size.teams)
    drift[_busiest_at_rest(size, site_region[home_site], volume)] = size.drifts
    return Organisation(
        size=size,
        scenario=scenario,
        timeline=timeline,
        site_region=site_region,
        home_site=home_site,
        kind=kind,
        volume=volume,
        region_effect=rng.normal(0, 0.12, size.regions),
        site_effect=rng.normal(0, 0.2, size.sites),
        team_effect=team_effect,
        drift=drift,
        solving=0.6 * team_effect + rng.normal(0, 0.25, size.teams),
        staffing=rng.normal(0.55, 0.25, size.teams),
        morale=morale,
        mood=_mood(seed, len(timeline.months), size.teams),
    )


def _mood(seed: int, months: int, teams: int) -> Floats:
    """Draw how each team's mood wanders, (months, teams); earlier months do not depend on later ones."""
    mood = np.zeros((months, teams))
    before = np.zeros(teams)
    for month in range(months):
        shock = stream(seed, "organisation.mood", month).normal(0, MOOD_SPREAD, teams)
        before = MOOD_STAYS * before + np.sqrt(1 - MOOD_STAYS**2) * shock
        mood[month] = before
    return mood


def _busiest_at_rest(size: Size, region: Ints, volume: Floats) -> Ints:
    """Return as many busy teams as drift, always there and not where the first shift is."""
    at_rest = region != size.shifts[0].region
    at_rest[[size.moved.team, size.opened[0], size.closed[0]]] = False
    order = np.argsort(-volume, kind="stable")
    return np.asarray(order[at_rest[order]][: len(size.drifts)])
