"""What goes wrong: the kinds of cases, the checks of inspections, the topics of staff."""

from dataclasses import dataclass

CASE_TYPES = ("complaint", "enquiry", "repair", "suggestion", "praise")
COMPLAINT, ENQUIRY = 0, 1
CATEGORIES = (
    *("billing error", "unexpected charge", "late refund"),
    *("fault not repaired", "missed appointment", "slow connection"),
    *("wrong advice", "delivery late", "cancellation refused"),
    *("long wait", "rude treatment"),
)
LONG_WAIT, RUDE = 9, 10
SUBCATEGORIES = (
    *("wrong tariff", "charged twice"),
    *("roaming", "extra service not ordered"),
    *("refund not paid", "refund too low"),
    *("fault came back", "no engineer sent"),
    *("nobody came", "came outside the agreed time"),
    *("evening hours", "whole day"),
    *("contract terms", "technical advice"),
    *("goods not sent", "goods lost"),
    *("notice not accepted", "fee for leaving"),
    *("telephone queue", "no answer in writing"),
    *("tone", "did not listen"),
)
"""Two for each category, in the order of the categories."""
TOPICS = ("tools", "rota", "workplace", "instructions")
"""What the staff raise."""


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
