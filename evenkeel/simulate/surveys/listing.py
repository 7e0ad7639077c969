"""The list of surveys and their questions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evenkeel.simulate.surveys.answering import write_items
from evenkeel.simulate.surveys.item_details import write_item_groups
from evenkeel.simulate.surveys.questionnaires import Item
from evenkeel.simulate.surveys.versions import LATE_DAYS, SURVEYS, VERSIONS, bridge
from evenkeel.simulate.surveys.waves import Programme
from evenkeel.simulate.tools.arrays import NONE
from evenkeel.simulate.tools.files import Landing, day, number, text
from evenkeel.simulate.tools.timeline import Month
from evenkeel.simulate.tools.words import said
from evenkeel.simulate.world import World


@dataclass(frozen=True)
class Survey:
    """One row of the list; days are numbers since 1970, -1 where there is none."""

    survey_id: str
    name: str
    programme: str
    subject: str
    run_by: str
    wave: str
    opened: int
    closed: int
    population: int
    items: tuple[Item, ...]
    version: str = "1"


def ongoing_surveys(world: World) -> list[Survey]:
    """Return the versions of the survey after a contact; the last of them never closes."""
    until_day, both = world.timeline.until_day, bridge(world)
    opened, closed = [world.timeline.start_day], [NONE]
    if both is not None and both[0] <= until_day:
        opened.append(both[0])
        last = both[1] - 1 + LATE_DAYS
        closed = [last if last <= until_day else NONE, NONE]
    return [
        Survey(
            SURVEYS[version],
            said("After your contact with us", world.organisation.scenario.language),
            "post_contact",
            "customer",
            "internal",
            "",
            opened[version],
            closed[version],
            NONE,
            VERSIONS[version],
            str(version + 1),
        )
        for version in range(len(opened))
    ]


def wave_survey(
    programme: Programme, month: Month, until_day: int, population: int, language: str
) -> Survey:
    """Return one wave; a wave that is still open has no last day."""
    opened = month.first_day + programme.opens - 1
    closed = opened + programme.days - 1
    return Survey(
        programme.survey(month),
        f"{said(programme.title, language)} {programme.wave(month)}",
        programme.name,
        "employee" if programme.name.startswith("employee") else "customer",
        "external" if programme.is_external else "internal",
        programme.wave(month),
        opened,
        closed if closed <= until_day else NONE,
        population,
        programme.items,
    )


def write_surveys(landing: Landing, surveys: Sequence[Survey]) -> None:
    """Write surveys, survey_items and survey_item_groups."""
    row = np.arange(len(surveys))
    waves = np.array([i if survey.wave else NONE for i, survey in enumerate(surveys)])
    landing.write(
        "surveys",
        "surveys",
        {
            "survey_id": text(row, [survey.survey_id for survey in surveys]),
            "survey_name": text(row, [survey.name for survey in surveys]),
            "programme": text(row, [survey.programme for survey in surveys]),
            "subject": text(row, [survey.subject for survey in surveys]),
            "run_by": text(row, [survey.run_by for survey in surveys]),
            "version": text(row, [survey.version for survey in surveys]),
            "wave": text(waves, [survey.wave for survey in surveys]),
            "opened_on": day(np.array([survey.opened for survey in surveys])),
            "closed_on": day(np.array([survey.closed for survey in surveys])),
            "population_size": number(np.array([survey.population for survey in surveys])),
        },
    )
    ids = [survey.survey_id for survey in surveys]
    write_items(landing, ids, [survey.items for survey in surveys])
    write_item_groups(landing, ids, [[item.code for item in s.items] for s in surveys])
