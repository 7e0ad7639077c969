"""Staff: hires, leavers, promotions and transfers, month by month, and their extracts."""

from dataclasses import dataclass

import numpy as np

from evenkeel.simulate.organisation import Organisation
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, join, pick, rank_within
from evenkeel.simulate.tools.files import Landing, day, key, text
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.timeline import Month, date_of

ROLES = ("director", "region manager", "site manager", "team lead", "senior agent", "agent")
DIRECTOR, REGION_MANAGER, SITE_MANAGER, LEAD, SENIOR, AGENT = range(6)
REASONS = ("voluntary", "involuntary", "retirement", "other")
EMPLOYMENT = ("full_time", "part_time", "vendor")
AGE_BANDS = ("under 25", "25-34", "35-44", "45-54", "55 and over")
NOVICE_DAYS = 90
TOUCH_SPREAD = 0.25
"""Standard deviation of what a person at the telephone adds to what customers feel."""
LEAVE_PER_STRAIN = 0.5
"""What a step of strain adds to the log hazard of leaving in the month after."""


@dataclass(frozen=True)
class Rota:
    """Who is on duty: employee numbers and their handling-time factor, (teams, days, depth)."""

    employee: Ints
    pace: Floats


class Staff:
    """Everybody who works or has worked in the organisation.

    ``people`` has one row per person: unit (place among all units), role, hired and left (day
    numbers), is_hidden (left without a word in the extracts), and what a person is like. ``strain``
    is what the month before has added to each team's stress, and ``posts_before`` the unit and
    role that people had before the changes of the month.
    """

    def __init__(self, organisation: Organisation, seed: int) -> None:
        self.organisation = organisation
        self.seed = seed
        rng = stream(seed, "staff")
        size = organisation.size
        heads = rng.normal(size.heads_per_team, 0.35 * size.heads_per_team, size.teams)
        self.target = np.ones(len(organisation.unit_ids), np.int64)
        self.target[organisation.first_team :] = np.maximum(np.rint(heads), 4)
        is_there = np.ones(len(self.target), np.bool_)
        is_there[organisation.first_team :] = organisation.is_open(0)
        unit = np.repeat(np.arange(len(self.target)), self.target * is_there)
        rank = rank_within(unit)
        role = np.where(rank <= 0.15 * self.target[unit], SENIOR, AGENT)
        role = np.where(rank == 0, self._head_role(unit), role)
        hired = organisation.timeline.start_day - rng.integers(30, 4000, len(unit))
        self.people: Rows = self._people(unit, role, hired, 0)
        self.vanished = NONE
        self.strain = np.zeros(organisation.teams)
        self.posts_before: Rows = {}
        self._rota = (NONE, Rota(np.zeros((0, 0, 0), np.int64), np.zeros((0, 0, 0))))
        self._extracted = organisation.timeline.start_day - 1

    def _people(self, unit: Ints, role: Ints, hired: Ints, month: int) -> Rows:
        rng = stream(self.seed, "staff.people", month)
        n = len(unit)
        size, organisation = self.organisation.size, self.organisation
        site = np.full(n, NONE)
        in_team = unit >= organisation.first_team
        site[in_team] = organisation.home_site[unit[in_team] - organisation.first_team]
        in_charge = role <= LEAD
        employment = ((rng.random(n) < 0.12) & ~in_charge).astype(np.int64)
        return {
            "unit": unit,
            "role": role,
            "hired": hired,
            "left": np.full(n, NONE),
            "reason": np.full(n, NONE),
            "is_hidden": np.zeros(n, np.bool_),
            "employment": np.where(np.isin(site, size.vendor_sites), 2, employment),
            "age": np.maximum(rng.choice(5, n, p=[0.18, 0.34, 0.24, 0.15, 0.09]), 2 * in_charge),
            "pace": np.exp(rng.normal(0, 0.12, n)),
            "touch": stream(self.seed, "staff.touch", month).normal(0, TOUCH_SPREAD, n),
        }

    def _head_role(self, unit: Ints) -> Ints:
        first_site, first_team = self.organisation.first_site, self.organisation.first_team
        role = np.searchsorted(np.array([1, first_site, first_team]), unit, side="right")
        return np.asarray(role, np.int64)

    def present(self, on: int) -> Bools:
        """Return who is employed at the end of a day."""
        left = self.people["left"]
        return np.asarray((self.people["hired"] <= on) & ((left == NONE) | (left > on)))

    def change_posts(self, month: Month) -> None:
        """Let promotions and transfers take effect on the first day of a month."""
        organisation, people = self.organisation, self.people
        self.posts_before = {name: people[name].copy() for name in ("unit", "role")}
        rng = stream(self.seed, "staff.posts", month.number)
        present = self.present(month.first_day)
        chance = rng.random((2, len(present)))
        is_open = organisation.is_open(month.index)
        team = people["unit"] - organisation.first_team
        is_agent = present & (people["role"] == AGENT)
        people["role"][is_agent & (chance[0] < 0.004)] = SENIOR
        kinds = organisation.size.kinds
        sister = np.where(team >= 0, team // kinds * kinds + (team + 1) % kinds, NONE)
        moves = is_agent & (chance[1] < 0.003) & is_open[sister]
        # A closed team's people go to the first team of their site.
        closed = present & (team >= 0) & ~is_open[np.maximum(team, 0)]
        sister = np.where(closed, team // kinds * kinds, sister)
        people["unit"] = np.where(moves | closed, sister + organisation.first_team, people["unit"])
        people["role"] = np.where(closed & (people["role"] == LEAD), SENIOR, people["role"])
        self._appoint_leads(present)

    def _appoint_leads(self, present: Bools) -> None:
        """Make the longest-serving person of each team without a lead its lead."""
        people = self.people
        in_team = present & (people["unit"] >= self.organisation.first_team)
        led = np.unique(people["unit"][in_team & (people["role"] == LEAD)])
        candidates = np.flatnonzero(in_team & ~np.isin(people["unit"], led))
        order = np.lexsort((candidates, people["hired"][candidates], people["unit"][candidates]))
        candidates = candidates[order]
        people["role"][candidates[rank_within(people["unit"][candidates]) == 0]] = LEAD

    def hire_and_leave(self, month: Month) -> None:
        """Let people leave and be hired in the course of a month."""
        organisation, people = self.organisation, self.people
        rng = stream(self.seed, "staff.flow", month.number)
        present = np.flatnonzero(self.present(month.first_day))
        is_open = np.ones(len(self.target), np.bool_)
        is_open[organisation.first_team :] = organisation.is_open(month.index)
        heads = np.bincount(people["unit"][present], minlength=len(self.target))
        wanted = np.maximum(self.target - heads, 0) * is_open
        is_new = np.zeros(len(self.target), np.bool_)
        is_new[organisation.first_team :] = organisation.is_open(month.index)
        is_new &= heads == 0
        hires = np.where(is_new, wanted, rng.binomial(wanted, 0.7))
        self._leave(month, present, rng.random((4, len(present))))
        unit = np.repeat(np.arange(len(hires)), hires)
        hired = month.first_day + np.where(is_new[unit], 0, rng.integers(0, 25, len(unit)))
        in_team = np.where(is_new[unit] & (rank_within(unit) == 0), LEAD, AGENT)
        role = np.where(unit < organisation.first_team, self._head_role(unit), in_team)
        self.people = join([self.people, self._people(unit, role, hired, month.number)])

    def _leave(self, month: Month, present: Ints, chance: Floats) -> None:
        organisation, people = self.organisation, self.people
        team = people["unit"][present] - organisation.first_team
        morale = np.where(team >= 0, organisation.morale[np.maximum(team, 0)], 0.3)
        tenure = month.first_day - people["hired"][present]
        strain = np.where(team >= 0, self.strain[np.maximum(team, 0)], 0.0)
        hazard = 0.017 * np.exp(-0.8 * morale + LEAVE_PER_STRAIN * strain + 0.6 * (tenure < 365))
        goes = chance[0] < hazard
        rows = present[goes]
        people["left"][rows] = (
            month.first_day + 1 + (chance[1][goes] * (month.days - 1)).astype(np.int64)
        )
        shares = np.cumsum([0.72, 0.14, 0.06])
        people["reason"][rows] = np.searchsorted(shares, chance[2][goes], side="right")
        if month.index == organisation.size.vanished_month - 1:
            stays = present[~goes & (people["role"][present] == AGENT) & (tenure > 60)]
            self.vanished = int(stays[int(chance[3][0] * len(stays))])
            people["left"][self.vanished] = month.first_day + 14
            people["is_hidden"][self.vanished] = True

    def rota(self, month: Month, depth: int) -> Rota:
        """Return who is on duty on each day, in turn through the team.

        Where a team has fewer people than ``depth``, people appear more than once; without
        anybody the employee is -1.
        """
        # Whose turn it is does not depend on the depth: a deeper rota begins with this one.
        number_, rota = self._rota
        if number_ != month.number or rota.employee.shape[2] < depth:
            rota = self._new_rota(month, depth)
            self._rota = month.number, rota
        return Rota(rota.employee[:, :, :depth], rota.pace[:, :, :depth])

    def _new_rota(self, month: Month, depth: int) -> Rota:
        organisation, people = self.organisation, self.people
        days = month.first_day + np.arange(month.days)
        employee = np.full((organisation.teams, month.days, depth), NONE)
        pace = np.ones(employee.shape)
        serves = np.isin(people["role"], (LEAD, SENIOR, AGENT))
        order = np.flatnonzero(serves)
        order = order[np.argsort(people["unit"][order], kind="stable")]
        bounds = np.searchsorted(
            people["unit"][order],
            np.arange(organisation.teams + 1) + organisation.first_team,
        )
        turn = days[:, None] * 3 + np.arange(depth)
        for team in range(organisation.teams):
            rows = order[bounds[team] : bounds[team + 1]]
            left = people["left"][rows]
            here = (people["hired"][rows] <= days[:, None]) & (
                (left == NONE) | (left > days[:, None])
            )
            heads = here.sum(axis=1)[:, None]
            first = np.argsort(~here, axis=1, kind="stable")
            if not len(rows):
                continue
            place = np.take_along_axis(first, turn % np.maximum(heads, 1), axis=1)
            who = rows[place]
            novice = days[:, None] - people["hired"][who] < NOVICE_DAYS
            employee[team] = np.where(heads > 0, who + 1, NONE)
            pace[team] = people["pace"][who] * np.where(novice, 1.2, 1.0)
        return Rota(employee, pace)

    def write_extract(self, landing: Landing, on: int, month: Month) -> None:
        """Write who works, and who left since the extract before, as known on a day."""
        people = self.people
        number_ = np.arange(len(people["unit"])) + 1
        left = people["left"]
        gone = (left != NONE) & (left <= np.where(people["is_hidden"], on, self._extracted))
        shown = (people["hired"] <= on) & ~gone
        manager = self._managers(month, on)
        rows = pick({**people, "number": number_, "manager": manager}, shown)
        has_left = (rows["left"] != NONE) & (rows["left"] <= on)
        landing.write(
            "employees",
            f"{date_of(on)}",
            {
                "employee_id": key(rows["number"], "E", 5),
                "extracted_on": day(np.full(len(rows["number"]), on)),
                "org_unit_id": text(rows["unit"], self.organisation.unit_ids),
                "job_role": text(rows["role"], ROLES),
                "manager_id": key(rows["manager"], "E", 5),
                "employment_type": text(rows["employment"], EMPLOYMENT),
                "hired_on": day(rows["hired"]),
                "left_on": day(np.where(has_left, rows["left"], NONE)),
                "leaving_reason": text(np.where(has_left, rows["reason"], NONE), REASONS),
                "age_band": text(rows["age"], AGE_BANDS),
            },
        )
        self._extracted = on

    def _managers(self, month: Month, on: int) -> Ints:
        """Return the employee number of each person's manager."""
        organisation, people = self.organisation, self.people
        heads = np.full(len(organisation.unit_ids), NONE)
        leads = np.flatnonzero(self.present(on) & (people["role"] <= LEAD))
        heads[people["unit"][leads]] = leads + 1
        sites = organisation.first_site + organisation.site(month.index)
        above = np.r_[
            [NONE],
            np.zeros(organisation.size.regions, np.int64),
            1 + organisation.site_region,
            sites,
        ]
        unit = people["unit"]
        is_head = people["role"] <= LEAD
        boss_unit = np.where(is_head, above[unit], unit)
        return np.where(boss_unit == NONE, NONE, heads[boss_unit])
