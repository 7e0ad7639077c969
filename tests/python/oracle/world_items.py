"""Questionnaires of a random world: what is asked, and what people tick."""

from __future__ import annotations

from dataclasses import dataclass

from .world import Cells, World

# Codes to draw from by scale: valid ones, and some that the scale does not have.
CODES = {
    "likert5": "1 2 3 4 4 5 5 5 9",
    "likert7": "1 2 4 5 6 7 7 8",
    "score10": "1 3 5 7 8 8 9 10 10 11",
    "agree7": "1 3 4 5 6 6 7 8",
    "nps11": "0 3 6 6 7 8 9 9 10 10 11",
    "faces3": "1 2 3 3 4",
    "stars5": "1 2 3 4 5 5 0",
    "likert4": "1 2 3 4",
    "yes_no": "0 1 1",
    "slider100": "0 12.5 33.333333 66.666667 99.9 100 101",
    "frequency0_6": "0 2 4 5 6",
}
OPTIONS = ("price", "speed", "manner")


@dataclass(frozen=True)
class Item:
    code: str
    construct: str
    scale: str
    dimension: str = ""
    touchpoint: str = ""
    module: str = ""
    is_reversed: str = ""
    weight: str = ""
    position: str = ""
    concept: str = ""


# Weighted, but for some parts: delay and manner alone have none in their modules and touchpoints.
BASIC = (
    Item("overall", "overall_satisfaction", "likert5"),
    Item("rec", "recommend", "nps11"),
    Item("ease", "satisfaction", "agree7", "convenience", "call", "m1", weight="2"),
    Item("manner", "satisfaction", "likert5", "empathy", "call", "m1", weight="1.25"),
    Item("delay", "perception", "agree7", "reliability", "repair", "m2", "true", concept="delay"),
    Item("speed", "perception", "slider100", "reliability", weight="0.5"),
    Item("why", "open_text", "text"),
    # Held: its weight is nobody's.
    Item("odd", "satisfaction", "no_such_scale", "empathy", "repair", "m2", weight="9"),
    # One expectation without a concept pairs by its place, the other by its concept.
    Item("exp", "expectation", "likert5", "reliability"),
    Item("exp_delay", "expectation", "likert7", "reliability", "repair", "m2", concept="delay"),
    Item("effort", "effort", "agree7"),
    Item("hard", "effort", "likert7", is_reversed="true"),
    Item("effort5", "effort", "likert5"),
    Item("stay", "loyalty", "likert5"),
    Item("matters", "importance", "score10", "reliability"),
    Item("which", "other", "multi"),
)
WIDE = (
    Item("overall", "overall_satisfaction", "score10"),
    Item("overall2", "overall_satisfaction", "faces3"),
    Item("unhappy", "overall_satisfaction", "likert5", is_reversed="yes"),
    Item("rec", "recommend", "nps11"),
    Item("rec10", "recommend", "score10"),
    Item("staff", "satisfaction", "stars5", "empathy", "counter", "m2", weight="0"),
    # Two pairs in one place: their order is that of the positions, not of the codes.
    Item("clean", "perception", "likert4", "tangibles", "counter", position="7"),
    Item("tidy", "perception", "likert5", "tangibles", "counter", position="6"),
    Item("exp_clean", "expectation", "score10", "tangibles", "counter", position="12"),
    Item("exp_tidy", "expectation", "likert5", "tangibles", "counter", position="11"),
    Item("met", "perception", "yes_no", "", "", "m3"),
    Item("hoped", "expectation", "score10", concept="hoped"),
    Item("ideal", "ideal", "score10"),
    Item("leave", "loyalty", "stars5", is_reversed="true"),
    Item("matters", "importance", "likert5", "empathy", is_reversed="true"),
    Item("solved", "resolved", "yes_no"),
    Item("why", "open_text", "text"),
)
STAFF = (
    Item("rec", "recommend", "nps11"),
    Item("overall", "overall_satisfaction", "likert5"),
    Item("energy", "engagement", "frequency0_6"),
)
# Reading 33: a concept without a partner takes none by its place, and no position is the last one.
ODD_PAIRS = (
    Item("seen_1", "perception", "likert5", "empathy", "call", "m1", concept="seen"),
    Item("wanted_1", "expectation", "likert5", "empathy", "call", "m1"),
    Item("seen_2", "perception", "likert5", "convenience"),
    Item("seen_3", "perception", "likert5", "convenience", position="3"),
    Item("wanted_2", "expectation", "likert5", "convenience", position="4"),
    Item("wanted_3", "expectation", "likert5", "convenience"),
)
# Answers that put a response into the base of every metric of its questionnaire.
PLANTED = {
    "pc": {
        "overall": "4", "rec": "9", "ease": "5", "manner": "4", "delay": "2", "speed": "66.666667",
        "exp": "4", "exp_delay": "6", "effort": "6", "hard": "2", "stay": "5", "matters": "8",
    },
    "fu-1": {
        "overall": "9", "rec": "9", "staff": "4", "clean": "3", "tidy": "4", "exp_clean": "8",
        "exp_tidy": "4", "ideal": "10", "leave": "2", "matters": "2",
    },
    "ep": {"rec": "9"},
}  # fmt: skip


def fill_in(world: World, response_id: str, items: tuple[Item, ...]) -> list[Cells]:
    """Answers of one response; now and then the same code wherever there is such a code."""
    same = world.pick(["3", "4", "1"]) if world.rng.random() < 0.12 else ""
    found = []
    for item in items:
        if world.rng.random() >= 0.1:
            found += _answers(world, response_id, item, same)
    return found


def _answers(world: World, response_id: str, item: Item, same: str) -> list[Cells]:
    rng = world.rng
    row = {"response_id": response_id, "item_code": item.code}
    if item.scale == "text":
        return [_words(world, row)]
    if item.scale == "multi":
        return _options(world, row)
    codes = CODES.get(item.scale, "1 2 3").split()
    if same:
        return [{**row, "answer_value": same}] if same in codes else []
    row["answer_value"] = world.maybe(rng.choice(codes), 0.04)
    if rng.random() < 0.02:
        row["answer_value"] = "good"
    row["is_not_applicable"] = world.pick(["", "true", "0"], [20, 1, 2])
    return [row]


def _words(world: World, row: Cells) -> Cells:
    if world.rng.random() < 0.06:
        return {**row, "is_not_applicable": "true"}
    words = ['because, "they" said', "谢谢", "", "NA"]
    return {**row, "answer_text": world.pick(words, [4, 2, 2, 1])}


def _options(world: World, row: Cells) -> list[Cells]:
    if world.rng.random() < 0.08:
        return [{**row, "is_not_applicable": "true"}]
    found = []
    for option in OPTIONS:
        if world.rng.random() < 0.4:
            found.append({**row, "option": option, "answer_value": world.pick(["", "1"])})
        elif world.has("unticked_options"):
            found.append({**row, "option": option, "answer_value": "0"})
    return found
