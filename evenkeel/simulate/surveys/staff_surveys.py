"""Anonymous half-yearly surveys of the staff: engagement, and a short pulse between."""

import numpy as np

from evenkeel.simulate.people.staff import LEAD
from evenkeel.simulate.service.contacts import NUMBERS_PER_MONTH
from evenkeel.simulate.surveys.answering import answers_to, write_answers
from evenkeel.simulate.surveys.questionnaires import ENGAGEMENT, PULSE
from evenkeel.simulate.surveys.scales import expected_code
from evenkeel.simulate.surveys.waves import Programme
from evenkeel.simulate.tools.arrays import Rows, logistic, pick, size
from evenkeel.simulate.tools.files import constant, flag, key, moment, text
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

ENGAGEMENT_SURVEY = Programme(
    "employee_engagement", "Working here", (3, 9), 10, 14, ENGAGEMENT, "RG"
)
PULSE_SURVEY = Programme("employee_pulse", "Pulse", (6, 12), 1, 7, PULSE, "RU")
BASE_MORALE = 0.7
STRAIN_EFFECT = 0.3
"""What a step of strain above that of all teams takes from what people feel."""


def survey_staff(world: World, month: Month, programme: Programme) -> int:
    """Run one wave among those who work there on its first day, and return how many they are.

    Nothing that could tell who answered is kept: answers carry the unit only, and their ids follow
    no order of persons.
    """
    rng = world.stream(f"{programme.name}.answers", month)
    organisation, people = world.organisation, world.staff.people
    opens_on = month.first_day + programme.opens - 1
    asked = np.flatnonzero(world.staff.present(opens_on))
    n = len(asked)
    unit = people["unit"][asked]
    team = unit - organisation.first_team
    by_team = (
        organisation.morale
        + organisation.mood[month.index]
        - STRAIN_EFFECT * (world.staff.strain - world.staff.strain.mean())
    )
    morale = np.where(team >= 0, by_team[np.maximum(team, 0)], 0.3)
    feeling = (
        BASE_MORALE
        + morale
        + 0.2 * (people["role"][asked] <= LEAD)
        - 0.004 * month.index
        + rng.normal(0, 0.8, n)
    )
    chance = logistic(0.4 + 0.25 * (feeling - 0.7))
    answers = rng.random(n) < chance
    day = rng.integers(0, programme.days, n)
    submitted = (opens_on + day) * DAY + rng.integers(8 * 3600, 19 * 3600, n)
    rows: Rows = {
        "unit": unit,
        "submitted": submitted,
        "response": month.number * NUMBERS_PER_MONTH + 1 + rng.permutation(n),
        "codes": answers_to(rng, programme.items, feeling),
    }
    in_time = submitted < world.timeline.horizon
    item = programme.items[0]
    expected = expected_code(feeling, item.scale)
    name = programme.survey(month)
    world.tally.add_wave(name, item.code, organisation.unit_ids, unit, expected, chance * in_time)
    rows = pick(rows, answers & in_time)
    rows = pick(rows, np.argsort(rows["response"]))
    world.landing.write(
        "survey_responses",
        name,
        {
            "response_id": key(rows["response"], programme.prefix),
            "survey_id": constant(name),
            "submitted_at": moment(rows["submitted"]),
            "org_unit_id": text(rows["unit"], organisation.unit_ids),
            "channel": constant("web"),
            "language": constant(world.organisation.scenario.language),
            "status": constant("complete"),
            "is_anonymous": flag(np.ones(size(rows), np.bool_)),
            "is_test": flag(np.zeros(size(rows), np.bool_)),
        },
    )
    write_answers(
        world.landing,
        name,
        programme.prefix,
        programme.items,
        rows,
        world.organisation.scenario.language,
    )
    return n
