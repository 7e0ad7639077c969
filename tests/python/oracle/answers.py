"""Answers: one fact per answer to a customer survey, and the net score of employees.

An answer is valid if its code is one of its item's scale and it is not marked not applicable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from .catalogue import Scale, rounded_fraction
from .facts import Fact, Scene, share
from .files import Row
from .organisation import UNKNOWN

ItemKey = tuple[str, str]  # survey, item
ITEM_SLICES = ("dimension", "touchpoint", "module")
SCORED = {"satisfaction", "perception"}


@dataclass(frozen=True)
class Answer:
    """A row of survey_answers beside its response and item; codes are None where not valid."""

    response_id: str
    response: Fact
    item: Row
    scale: Scale
    row: Row
    ticked: Decimal | None
    value: Decimal | None  # turned round if the item is reversed

    @property
    def item_key(self) -> ItemKey:
        return self.item["survey_id"], self.item["item_code"]

    @property
    def is_not_applicable(self) -> bool:
        return bool(self.row["is_not_applicable"]) or (
            self.row["answer_value"] in self.scale.not_applicable
        )

    @property
    def has_words(self) -> bool:
        return self.row["answer_text"] is not None and not self.is_not_applicable

    @property
    def is_ticked_option(self) -> bool:
        return self.row["option"] is not None and self.row["answer_value"] != 0

    @property
    def exact_score(self) -> Fraction | None:
        return None if self.value is None else self.scale.exact_score(self.value)


def answers_of(scene: Scene, responses: dict[str, Fact]) -> list[Answer]:
    """Every row that answers a known item of a response that counts."""
    survey_of = {row["response_id"]: row["survey_id"] for row in scene.files["survey_responses"]}
    items = {(row["survey_id"], row["item_code"]): row for row in scene.files["survey_items"]}
    found = []
    for row in scene.files["survey_answers"]:
        response_id = row["response_id"]
        item = items.get((survey_of.get(response_id, ""), row["item_code"]))
        if response_id in responses and item is not None and item["scale"] in scene.scales:
            scale = scene.scales[item["scale"]]
            ticked = valid_code(row, scale)
            value = ticked
            if ticked is not None and item["is_reversed"]:
                value = scale.low + scale.high - ticked
            response = responses[response_id]
            found.append(Answer(response_id, response, item, scale, row, ticked, value))
    return found


def valid_code(row: Row, scale: Scale) -> Decimal | None:
    value: Decimal | None = row["answer_value"]
    is_valid = not row["is_not_applicable"] and value is not None and scale.has(value)
    return value if is_valid else None


def answer_facts(scene: Scene, answers: list[Answer]) -> list[Fact]:
    """Facts of answers, each with the measures of every metric in whose base it is."""
    subjects = {row["survey_id"]: row["subject"] for row in scene.files["surveys"]}
    measures_of = [answer_measures(answer) for answer in answers]
    for number, gap in gaps(scene.files["survey_items"], answers).items():
        measures_of[number] |= {
            "expectation_gap": rounded_fraction(gap),
            "met_expectation_share": share(gap >= 0),
        }
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in scene.files["survey_item_groups"]:
        groups[row["survey_id"], row["item_code"]].append(f"{row['grouping']}:{row['item_group']}")
    found = []
    for answer, measures in zip(answers, measures_of, strict=True):
        counted = measures
        if subjects[answer.item["survey_id"]] == "employee":
            counted = {"enps": measures["nps"]} if "nps" in measures else {}
        if counted:
            slices = {
                **answer.response.slices,
                "scale": answer.item["scale"],
                "item": answer.item["item_code"],
                **{name: answer.item[name] or UNKNOWN for name in ITEM_SLICES},
            }
            fact = replace(answer.response, slices=slices, measures=counted, is_answer=True)
            found.append(replace(fact, groups=tuple(groups[answer.item_key])))
    return found


def answer_measures(answer: Answer) -> dict[str, Decimal]:
    """What one row says for each metric, but for those that compare two answers."""
    measures: dict[str, Decimal] = {}
    is_valid = answer.value is not None
    if answer.is_not_applicable or is_valid or answer.is_ticked_option or answer.has_words:
        measures["not_applicable_share"] = share(answer.is_not_applicable)
    if answer.value is not None:
        ends = (answer.scale.low, answer.scale.high)
        measures["extreme_answer_share"] = share(answer.value in ends)
        measures |= code_measures(
            answer.item["construct"], answer.item["scale"], answer.scale, answer.value
        )
    return measures


def code_measures(
    construct: str, scale_id: str, scale: Scale, value: Decimal
) -> dict[str, Decimal]:
    """What a valid code (turned round if reversed) says; a continuous scale has no boxes."""
    measures: dict[str, Decimal] = {}
    score = scale.score(value)
    if construct == "overall_satisfaction":
        measures["csat_mean"] = value
        if score is not None:
            measures["csat_score"] = score
        if not scale.is_continuous:
            is_top, is_bottom = value in scale.top2, value in scale.bottom2
            measures["csat_top1_share"] = share(value in scale.top1)
            measures["csat_top2_share"] = share(is_top)
            measures["csat_bottom2_share"] = share(is_bottom)
            measures["csat_net"] = share(is_top) - share(is_bottom)
    if construct in SCORED and score is not None:
        measures["item_score"] = score
    if construct == "importance" and score is not None:
        measures["importance_score"] = score
    if construct == "recommend" and scale_id == "nps11":
        measures["nps"] = Decimal(100 if value >= 9 else -100 if value <= 6 else 0)
    if construct == "effort" and scale.is_from_to(1, 7):
        measures["ces_mean"] = value
        measures["ces_easy_share"] = share(value >= 5)
    if construct == "loyalty" and not scale.is_continuous:
        measures["loyal_share"] = share(value in scale.top1)
    return measures


def pairs(items: Iterable[Row]) -> dict[ItemKey, ItemKey]:
    """The expectation item of each perception item that has one.

    Items with a concept pair by it, all others by dimension, touchpoint and module; several in
    one group pair one by one, in order of position (none: last) and code.
    """
    groups: dict[tuple[object, ...], dict[str, list[Row]]] = {}
    for item in items:
        if item["construct"] in {"perception", "expectation"}:
            place = (item["concept"],) if item["concept"] else tuple(item[n] for n in ITEM_SLICES)
            group = groups.setdefault((item["survey_id"], *place), defaultdict(list))
            group[item["construct"]].append(item)
    found = {}
    for group in groups.values():
        for members in group.values():
            members.sort(key=_place)
        # Those beyond the shorter list stay without a partner.
        for seen, wanted in zip(group["perception"], group["expectation"], strict=False):
            survey_id = seen["survey_id"]
            found[survey_id, seen["item_code"]] = (survey_id, wanted["item_code"])
    return found


def _place(item: Row) -> tuple[bool, int, bytes]:
    return item["position"] is None, item["position"] or 0, item["item_code"].encode()


def gaps(items: Iterable[Row], answers: list[Answer]) -> dict[int, Fraction]:
    """Perception less expectation, by the place of the perception's answer in the list."""
    partner = pairs(items)
    scores = {
        (answer.response_id, answer.item_key): answer.exact_score
        for answer in answers
        if answer.exact_score is not None
    }
    found = {}
    for number, answer in enumerate(answers):
        seen = answer.exact_score
        wanted = scores.get((answer.response_id, partner.get(answer.item_key, ("", ""))))
        if seen is not None and wanted is not None:
            found[number] = seen - wanted
    return found
