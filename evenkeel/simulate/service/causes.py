"""What goes wrong: the kinds of cases, the checks of inspections, the topics of staff."""

from dataclasses import dataclass

from evenkeel.simulate.scenario import Scenario
from evenkeel.simulate.tools.words import said

CASE_TYPES = ("complaint", "enquiry", "repair", "suggestion", "praise")
COMPLAINT, ENQUIRY = 0, 1
CATEGORIES_OF_ALL = ("long wait", "rude treatment")
"""What customers of any queue complain about, beside the scenario's three of each queue."""
LONG_WAIT, RUDE = 9, 10
CATEGORY_COUNT = 11
SUBCATEGORIES = ("first report", "reported before")
TOPICS = ("tools", "rota", "workplace", "instructions")
"""What the staff raise."""


def categories(scenario: Scenario) -> tuple[str, ...]:
    """Return what customers complain about, in the scenario's language."""
    of_all = (said(category, scenario.language) for category in CATEGORIES_OF_ALL)
    return (*scenario.categories, *of_all)


@dataclass(frozen=True)
class Check:
    """One thing that an inspector looks at; ``ease`` is added to the log odds that it passes."""

    code: str
    ease: float
    is_critical: bool = False
    not_applicable: float = 0.0


CONTACT_CHECKS = (
    Check("greeting", 1.2),
    Check("identity", 0.9, is_critical=True),
    Check("listening", 0.2),
    Check("diagnosis", -0.4),
    Check("information", 0.5, is_critical=True),
    Check("promise", -0.2, not_applicable=0.3),
    Check("record", -0.1),
    Check("closing", 0.6),
)
SITE_CHECKS = (
    Check("signage", 0.8),
    Check("cleanliness", 0.5),
    Check("waiting area", 0.1),
    Check("opening hours", 1.0),
    Check("reception", 0.2),
    Check("privacy", 0.4, is_critical=True),
    Check("safety", 0.9, is_critical=True),
    Check("step-free way", -0.2, not_applicable=0.1),
)
CHECKS = CONTACT_CHECKS + SITE_CHECKS
"""As many of a contact as of a site."""
