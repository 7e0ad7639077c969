"""truth.json: what was planted, and what a measurement of it is expected to show."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from evenkeel.simulate.organisation import MOOD_EFFECT, MOOD_LAG, Organisation
from evenkeel.simulate.people.careers import APPLICATION_PER_MORALE
from evenkeel.simulate.people.staff import LEAVE_PER_STRAIN
from evenkeel.simulate.people.trainings import REFRESHED_PER_DIP, REFRESHED_SHARE, SCORE_PER_SOLVING
from evenkeel.simulate.people.voices import VOICES_PER_STRESS
from evenkeel.simulate.people.work_time import (
    ABUSE_EFFECT,
    LOAD_EFFECT,
    MORALE_EFFECT,
    SICK_PER_STRESS,
    SICK_SHARE,
    TYPICAL_LOAD,
)
from evenkeel.simulate.planted import planted_beyond_contacts, planted_leaving, planted_loyalty
from evenkeel.simulate.service.case_truth import COURSES
from evenkeel.simulate.surveys.fieldwork_truth import (
    planted_agents,
    planted_fieldwork,
    planted_versions,
)
from evenkeel.simulate.surveys.quality import planted_answers
from evenkeel.simulate.surveys.questionnaires import DRIVERS
from evenkeel.simulate.surveys.staff_surveys import STRAIN_EFFECT
from evenkeel.simulate.surveys.waves import THIRD_PARTY_OFFSET
from evenkeel.simulate.tools.arrays import NONE, Floats
from evenkeel.simulate.world import World

COUNTS = ("offered", "answered", "abandoned", "short_abandoned", "callbacks")
CASES = ("complaints", "complaints_in_scope", *COURSES)
SURVEYED = (
    *("reached", "feeling", "csat", "recommend"),
    *("expected_responses", "response_csat", "response_recommend"),
)

WORKED = (
    *("scheduled_minutes", "worked_minutes", "overtime_minutes", "absent_minutes"),
    *("sick_minutes", "expected_sick_minutes", "expected_leave_minutes"),
    *("available_seconds", "handled_seconds", "after_contact_seconds"),
    *("voices", "expected_voices"),
)


def write_truth(world: World, arguments: dict[str, Any], dirt: dict[str, Any] | None) -> None:
    """Write truth.json at the root of the landing folder, where no loader looks for rows."""
    organisation = world.organisation
    truth = {
        "arguments": arguments,
        "start": f"{world.timeline.months[0].first}",
        "rows": dict(sorted(world.landing.rows.items())),
        "planted": {
            "regions": _by_unit(organisation.region_ids, organisation.region_effect),
            "sites": _by_unit(organisation.site_ids, organisation.site_effect),
            "teams": _teams(organisation),
            "shifts": _shifts(organisation),
            "changes": _changes(organisation),
            "vanished_employee": _vanished(world),
            "third_party_offset": THIRD_PARTY_OFFSET,
            "mood": _mood(organisation),
            "questionnaires": planted_answers(),
            "versions": planted_versions(world),
            "fieldwork": planted_fieldwork(world),
            "drivers": DRIVERS,
            "loyalty": planted_loyalty(),
            "leaving": planted_leaving(world),
            "agents": planted_agents(world),
            **planted_beyond_contacts(world),
            "work": _work(),
        },
        "stress": _stress(world),
        "values": {name: dict(counts) for name, counts in sorted(world.tally.values.items())},
        "units": _units(world),
        "waves": world.tally.waves,
        "expected": world.tally.expected,
    }
    if dirt is not None:
        truth["dirt"] = dirt
    target = world.landing.root / "truth.json"
    lines = [f"{json.dumps(name)}: {json.dumps(part)}" for name, part in truth.items()]
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read_truth(root: Path) -> dict[str, Any] | None:
    """Return the truth of a simulated folder, None for any other folder."""
    try:
        truth = json.loads((root / "truth.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return truth if isinstance(truth, dict) and {"arguments", "rows"} <= truth.keys() else None


def _by_unit(unit_ids: list[str], values: Floats) -> dict[str, float]:
    return {unit: round(float(value), 6) for unit, value in zip(unit_ids, values, strict=True)}


def _teams(organisation: Organisation) -> dict[str, dict[str, float]]:
    qualities = {
        "satisfaction": organisation.team_effect,
        "drift_24_months": organisation.drift,
        "solving": organisation.solving,
        "staffing": organisation.staffing,
        "morale": organisation.morale,
        "volume": organisation.volume,
    }
    return {
        team: {name: round(float(values[i]), 6) for name, values in qualities.items()}
        for i, team in enumerate(organisation.team_ids)
    }


def _shifts(organisation: Organisation) -> list[dict[str, Any]]:
    return [
        {
            "org_unit_id": f"R{shift.region + 1}",
            "from": f"{organisation.timeline.months[shift.month].first}",
            "satisfaction": shift.satisfaction,
            "solving": shift.solving,
        }
        for shift in organisation.size.shifts
        if organisation.happened(shift.month)
    ]


def _mood(organisation: Organisation) -> dict[str, Any]:
    """Return how the mood of teams wandered, and what it does to customers when."""
    return {
        "effect_on_customers": MOOD_EFFECT,
        "months_later": MOOD_LAG,
        "strain_effect_on_staff": STRAIN_EFFECT,
        "by_team": {
            team: [round(float(value), 6) for value in organisation.mood[:, i]]
            for i, team in enumerate(organisation.team_ids)
        },
    }


def _changes(organisation: Organisation) -> list[dict[str, str]]:
    size, months = organisation.size, organisation.timeline.months
    planned = [
        ("moved", size.moved.team, size.moved.month),
        ("opened", *size.opened),
        ("closed", *size.closed),
    ]
    return [
        {
            "change": change,
            "org_unit_id": organisation.team_ids[team],
            "from": f"{months[month].first}",
        }
        for change, team, month in planned
        if organisation.happened(month)
    ]


def _work() -> dict[str, float]:
    """Return how work acts on people: what stress consists of, and what it leads to."""
    return {
        "stress_per_log_load": LOAD_EFFECT,
        "typical_seconds_per_shift": TYPICAL_LOAD,
        "stress_per_abusive_share": ABUSE_EFFECT,
        "stress_per_morale": MORALE_EFFECT,
        "sick_share": SICK_SHARE,
        "log_sick_share_per_stress": SICK_PER_STRESS,
        "log_leaving_per_strain_of_the_month_before": LEAVE_PER_STRAIN,
        "log_voices_per_stress": VOICES_PER_STRESS,
        "log_applications_per_morale": APPLICATION_PER_MORALE,
        "refreshed_share": REFRESHED_SHARE,
        "refreshed_per_dip": REFRESHED_PER_DIP,
        "exam_score_per_solving": SCORE_PER_SOLVING,
    }


def _stress(world: World) -> dict[str, dict[str, float]]:
    """Return the stress of each team in each month in which it worked."""
    stress, scheduled = world.tally.sums["stress"], world.tally.sums["scheduled_minutes"]
    return {
        team: {
            month.key: round(float(stress[month.index, i]), 6)
            for month in world.timeline.months
            if scheduled[month.index, i]
        }
        for i, team in enumerate(world.organisation.team_ids)
    }


def _vanished(world: World) -> str | None:
    person = world.staff.vanished
    if person == NONE or world.staff.people["left"][person] > world.timeline.until_day:
        return None
    return f"E{person + 1:05d}"


def _units(world: World) -> dict[str, dict[str, Any]]:
    """Return counts and expectations of every unit: in all, and month by month."""
    organisation, months = world.organisation, world.timeline.months
    zero = np.zeros((len(months), organisation.teams))
    sums = {
        name: _rolled_up(organisation, world.tally.sums.get(name, zero))
        for name in (*COUNTS, *CASES, *SURVEYED, *WORKED)
    }
    # Plain numbers by unit and month: there are too many to fetch from arrays one by one.
    by_unit = {name: amounts.T.tolist() for name, amounts in sums.items()}
    units: dict[str, dict[str, Any]] = {}
    for i, unit in enumerate(organisation.unit_ids):
        by_month = {
            month.key: _described({name: by_unit[name][i][month.index] for name in sums})
            for month in months
        }
        total = _described({name: float(sums[name][:, i].sum()) for name in sums})
        units[unit] = {**total, "months": {k: v for k, v in by_month.items() if v["offered"]}}
    return units


def _rolled_up(organisation: Organisation, by_team: Floats) -> Floats:
    """Add months by team up to every unit that the team belonged to in that month."""
    rolled = np.zeros((len(by_team), len(organisation.unit_ids)))
    for month, amounts in enumerate(by_team):
        site = organisation.site(month)
        places = (
            np.zeros(len(amounts), np.int64),
            1 + organisation.site_region[site],
            organisation.first_site + site,
            organisation.first_team + np.arange(len(amounts)),
        )
        for place in places:
            rolled[month] += np.bincount(place, amounts, minlength=rolled.shape[1])
    return rolled


def _described(sums: dict[str, float]) -> dict[str, float | int | None]:
    def ratio(top: str, bottom: str, factor: float = 1.0) -> float | None:
        return round(factor * sums[top] / sums[bottom], 6) if sums[bottom] else None

    return {
        **{name: round(sums[name]) for name in (*COUNTS, *CASES, "reached")},
        **{name: round(sums[name], 3) for name in WORKED},
        "expected_responses": round(sums["expected_responses"], 6),
        "mean_feeling": ratio("feeling", "reached"),
        "csat_of_all": ratio("csat", "reached"),
        "csat_of_responses": ratio("response_csat", "expected_responses"),
        "nps_of_all": ratio("recommend", "reached", 100.0),
        "nps_of_responses": ratio("response_recommend", "expected_responses", 100.0),
    }
