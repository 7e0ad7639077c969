"""The two versions of the survey after a contact, and the month in which both are sent."""

import numpy as np

from evenkeel.simulate.surveys.questionnaires import POST_CONTACT, POST_CONTACT_2
from evenkeel.simulate.surveys.scales import expected_score
from evenkeel.simulate.tools.arrays import Floats, Ints
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.timeline import DAY
from evenkeel.simulate.world import World

SURVEYS = ("post-contact-v1", "post-contact-v2")
VERSIONS = (POST_CONTACT, POST_CONTACT_2)
SECOND_SHARE = 0.5
"""Share of the customers who get the second version in the month in which both are sent."""
LATE_DAYS = 7
"""How long answers to the first version are taken after the last day on which it is sent."""


def bridge(world: World) -> tuple[int, int] | None:
    """Return the first day of the month in which both versions are sent, and that of the next."""
    place, months = world.size.bridge_month, world.timeline.months
    if not world.organisation.happened(place):
        return None
    return months[place].first_day, months[place].first_day + months[place].days


def versions(world: World, customer: Ints, sent: Ints) -> Ints:
    """Return the version, 0 or 1, that each customer gets: by chance, while both are sent."""
    both = bridge(world)
    if both is None:
        return np.zeros(len(customer), np.int64)
    chance = stream(world.seed, "post_contact.version").random(len(world.customers.people["site"]))
    on = sent // DAY
    is_second = (on >= both[1]) | ((on >= both[0]) & (chance[customer] < SECOND_SHARE))
    return is_second.astype(np.int64)


def only_version(world: World, days: Ints) -> Ints:
    """Return the version that has been answered on each day, the first while both are."""
    both = bridge(world)
    return (days >= both[1]).astype(np.int64) if both else np.zeros(len(days), np.int64)


def overall_score(feeling: Floats, version: int) -> Floats:
    """Return the mean score, 0 to 100, of the first question of a version."""
    item = VERSIONS[version][0]
    return expected_score(feeling + item.ease, item.scale)
