"""Files of the organisation: units and how they change, vendors, and events that explain shifts."""

from collections.abc import Sequence

import numpy as np

from evenkeel.simulate.organisation import Organisation
from evenkeel.simulate.tools.arrays import NONE
from evenkeel.simulate.tools.files import Landing, constant, day, key, text
from evenkeel.simulate.tools.words import CHINESE, said


def write_organisation(organisation: Organisation, landing: Landing) -> None:
    """Write org_units, vendors and org_events as known at the end."""
    _write_units(organisation, landing)
    vendors = np.arange(len(organisation.size.vendor_sites))
    landing.write(
        "vendors",
        "vendors",
        {
            "vendor_id": key(vendors + 1, "V"),
            "vendor_name": text(vendors, organisation.scenario.vendors),
            "service_class": constant(organisation.scenario.service_class),
        },
    )
    _write_events(organisation, landing)


def _write_units(organisation: Organisation, landing: Landing) -> None:
    size, months = organisation.size, organisation.timeline.months
    ids = organisation.unit_ids
    names = _unit_names(organisation)
    levels = np.repeat(np.arange(4), [1, size.regions, size.sites, size.teams])
    parents = np.concatenate(
        [
            [NONE],
            np.zeros(size.regions, np.int64),
            1 + organisation.site_region,
            organisation.first_site + organisation.home_site,
        ]
    )
    vendors = np.full(len(ids), NONE)
    for i, site in enumerate(size.vendor_sites):
        vendors[organisation.first_site + site] = i
        vendors[organisation.first_team + np.flatnonzero(organisation.home_site == site)] = i
    lines = np.r_[np.full(organisation.first_team, NONE), organisation.queue]
    unit = np.arange(len(ids))
    valid_from, opened_on, closed_on = (np.full(len(ids), NONE) for _ in range(3))
    opened_team, opened = size.opened
    closed_team, closed = size.closed
    if organisation.happened(opened):
        row = organisation.first_team + opened_team
        valid_from[row] = opened_on[row] = months[opened].first_day
    if organisation.happened(closed):
        closed_on[organisation.first_team + closed_team] = months[closed].first_day - 1
    if organisation.happened(size.moved.month):
        unit = np.r_[unit, organisation.first_team + size.moved.team]
        valid_from = np.r_[valid_from, months[size.moved.month].first_day]
        parents = np.r_[parents, organisation.first_site + size.moved.site]
        opened_on, closed_on = np.r_[opened_on, NONE], np.r_[closed_on, NONE]
    exists = np.ones(len(unit), np.bool_)
    if not organisation.happened(opened):
        exists = unit != organisation.first_team + opened_team
    unit, parents = unit[exists], parents[exists[: len(parents)]]
    landing.write(
        "org_units",
        "org_units",
        {
            "org_unit_id": text(unit, ids),
            "valid_from": day(valid_from[exists]),
            "org_unit_name": text(unit, names),
            "org_level": text(levels[unit], ("company", "region", "site", "team")),
            "parent_org_unit_id": text(parents, ids),
            "vendor_id": key(np.where(vendors == NONE, NONE, vendors + 1)[unit], "V"),
            "service_line": text(lines[unit], organisation.scenario.queues),
            "opened_on": day(opened_on[exists]),
            "closed_on": day(closed_on[exists]),
        },
    )


def _unit_names(organisation: Organisation) -> list[str]:
    size, scenario = organisation.size, organisation.scenario
    places = _enough(scenario.places, size.sites)
    regions = [
        scenario.units["region"].format(place=name, line="")
        for name in _enough(scenario.regions, size.regions)
    ]
    sites = [scenario.units["site"].format(place=place, line="") for place in places]
    teams = [
        scenario.units["team"].format(place=places[site], line=scenario.lines[kind])
        for site, kind in zip(organisation.home_site, organisation.kind, strict=True)
    ]
    return [scenario.company, *regions, *sites, *teams]


def _enough(names: Sequence[str], count: int) -> list[str]:
    """Return as many names as wanted: where they run out, they get numbers."""
    return [
        names[i % len(names)] + (f" {i // len(names) + 1}" if i >= len(names) else "")
        for i in range(count)
    ]


def _write_events(organisation: Organisation, landing: Landing) -> None:
    size, months = organisation.size, organisation.timeline.months
    first_team = organisation.first_team
    language = organisation.scenario.language

    def in_words(text: str) -> str:
        # What a scenario says of its own shifts is in the language already.
        return said(text, language) if text in CHINESE else text

    events = [(s.month, 1 + s.region, in_words(s.description)) for s in size.shifts]
    responsible = "First-contact responsibility in force"
    events.append((size.responsible_month, 0, in_words(responsible)))
    for (team, month), what in (
        ((size.moved.team, size.moved.month), "Team moved to another site"),
        (size.opened, "Team opened"),
        (size.closed, "Team closed the day before"),
    ):
        events.append((month, first_team + team, in_words(what)))
    events = sorted(event for event in events if organisation.happened(event[0]))
    count = np.arange(len(events))
    landing.write(
        "org_events",
        "org_events",
        {
            "event_id": key(count + 1, "OE", 3),
            "occurred_on": day(np.array([months[m].first_day for m, _, _ in events], np.int64)),
            "org_unit_id": text(np.array([u for _, u, _ in events]), organisation.unit_ids),
            "description": text(count, [d for _, _, d in events]),
        },
    )
