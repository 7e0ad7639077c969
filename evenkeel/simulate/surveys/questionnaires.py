"""Questionnaires: the questions of each programme."""

from dataclasses import dataclass, replace

from evenkeel.simulate.tools.arrays import NONE

COMMENT = "comment"
DRIVERS = {"reach": 0.17, "knowledge": 0.3, "promise": 0.5, "care": 0.03}
"""Weight of what is felt about each thing in what is felt about the whole."""
RECOMMENDS = (0.02, 0.03, 0.05, 0.08, 0.12, 0.25, 0.85)
STAYS = (0.03, 0.05, 0.08, 0.12, 0.2, 0.35, 0.92)
"""Share of the loyal among those who give each of seven codes overall: only the last are."""


@dataclass(frozen=True)
class Item:
    """One question.

    ``ease`` is added to what a person feels before the answer; ``spread`` is the standard deviation
    of what a person feels about this very thing; a reversed item is answered the other way round.
    """

    code: str
    text: str
    construct: str
    scale: str
    ease: float = 0.0
    spread: float = 0.0
    not_applicable: float = 0.0
    dimension: str = ""
    touchpoint: str = ""
    module: str = ""
    is_reversed: bool = False
    weight_percent: int = NONE
    concept: str = ""
    text_zh: str = ""
    shares: tuple[float, ...] = ()
    """Share of each code from the lowest, where the answer has nothing to do with feelings."""
    driver: float = 0.0
    """What it weighs in the whole: the feelings about all drivers, so weighted, are the feeling."""
    loyal: tuple[float, ...] = ()
    """Share of the codes 9 and 10 by the code of the first question, where it alone decides."""


def _overall(
    scale: str, wording: str = "How satisfied are you overall?", ease: float = 0.0
) -> Item:
    return Item("overall", wording, "overall_satisfaction", scale, ease, concept="overall")


_RECOMMEND = Item(
    "recommend",
    "How likely are you to recommend us?",
    "recommend",
    "nps11",
    concept="recommend",
)


def _service(scale: str, ease: float = 0.0) -> tuple[Item, ...]:
    rows = (
        ("reach", "It was easy to reach us", "convenience", "access", "access", 0.0, 30),
        (
            "knowledge",
            "We knew what we were doing",
            "assurance",
            "conversation",
            "service",
            0.3,
            25,
        ),
        (
            "promise",
            "We kept what we promised",
            "reliability",
            "follow-through",
            "service",
            -0.3,
            30,
        ),
        ("care", "We cared about your matter", "empathy", "conversation", "people", 0.15, 15),
    )
    return tuple(
        Item(
            code,
            wording,
            "satisfaction",
            scale,
            ease=ease + own,
            not_applicable=0.12 if code == "promise" else 0.02,
            dimension=dimension,
            touchpoint=touchpoint,
            module=module,
            weight_percent=percent,
            concept=code,
            driver=DRIVERS[code],
        )
        for code, wording, dimension, touchpoint, module, own, percent in rows
    )


POST_CONTACT = (
    _overall("likert5"),
    _RECOMMEND,
    *_service("likert5"),
    Item(COMMENT, "What should we know?", "open_text", "text"),
)
POST_CONTACT_2 = (
    _overall("score10", "All in all, how content are you with our service?", -0.6),
    *POST_CONTACT[1:],
)
"""The second version: the first question is worded and scaled anew, and draws lower answers."""
RELATIONSHIP = (
    _overall("likert7"),
    replace(_RECOMMEND, loyal=RECOMMENDS),
    *_service("likert7"),
    Item("value", "Our prices are fair", "satisfaction", "score10", -0.4, 0.4, module="offer"),
    Item("stay", "I will stay a customer", "loyalty", "score10", module="offer", loyal=STAYS),
)
THIRD_PARTY = (
    _overall("score10"),
    Item("expected", "Measured by what you expected", "expectation", "score10", -0.2, 0.3),
    Item("ideal", "Measured by an ideal company", "ideal", "score10", -0.5, 0.3),
    _RECOMMEND,
    Item("service", "Our service", "satisfaction", "stars5", 0.1, 0.3, module="service"),
)


def _at_work(code: str, wording: str, construct: str, dimension: str, ease: float) -> Item:
    return Item(
        code,
        wording,
        construct,
        "frequency0_6",
        ease=ease,
        spread=0.3,
        not_applicable=0.01,
        dimension=dimension,
        is_reversed=construct == "stress",
        concept=code,
    )


_STRESS = _at_work("stress", "My work wears me out", "stress", "", 0.5)
ENGAGEMENT = (
    _overall("likert5"),
    _RECOMMEND,
    _at_work("vigor", "I am full of energy at work", "engagement", "vigor", -0.3),
    _at_work("dedication", "My work means something to me", "engagement", "dedication", 0.2),
    _at_work("absorption", "Time flies when I work", "engagement", "absorption", 0.0),
    _STRESS,
)
PULSE = (
    Item("mood", "How are you at work these days?", "mood", "likert5", concept="mood"),
    _STRESS,
)
