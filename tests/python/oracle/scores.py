"""Responses: the indices of each one, how it was filled in, and whether a low one was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from .answers import SCORED, Answer
from .catalogue import IndexWeight, IndexWeights, rounded_fraction
from .facts import Fact, Scene, share
from .files import Row

WEIGHTED = {
    "csi_weighted": "dimension",
    "csi_modules_weighted": "module",
    "csi_touchpoints_weighted": "touchpoint",
}
CALL_BACK_DAYS = timedelta(days=2)
SCALED_ANSWERS = 5


def score_facts(scene: Scene, responses: dict[str, Fact], answers: list[Answer]) -> list[Fact]:
    """A fact per response to a customer survey that is in the base of some metric of responses."""
    subjects = {row["survey_id"]: row["subject"] for row in scene.files["surveys"]}
    own: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        own[answer.response_id].append(answer)
    weights, loop = ItemWeights(scene), Loop.of(scene)
    found = []
    for row in scene.files["survey_responses"]:
        response = responses.get(row["response_id"])
        if response is None or subjects[row["survey_id"]] != "customer":
            continue
        given = own[row["response_id"]]
        measures = index_measures(row["survey_id"], response.day, given, weights)
        measures |= style_measures(row, given)
        found.append(replace(response, measures=measures, is_answer=True))
        calls = loop.measures(row, response.day, given)
        found.append(replace(response, measures=calls, is_answer=False))
    return found


def mean(values: Iterable[Fraction]) -> Fraction:
    listed = list(values)
    return sum(listed, Fraction(0)) / len(listed)


class ItemWeights:
    """What the parts of a survey weigh on a day, by the seed or else by its items."""

    def __init__(self, scene: Scene) -> None:
        self.seed: IndexWeights = scene.index_weights
        self.items: dict[str, list[Row]] = defaultdict(list)
        for item in scene.files["survey_items"]:
            if item["construct"] in SCORED:
                self.items[item["survey_id"]].append(item)

    def of(self, index_id: str, survey_id: str, day: date) -> Callable[[str], Fraction]:
        in_force = weights_on(self.seed.get(index_id, []), day)
        if in_force:
            return lambda part: in_force.get(part, Fraction(0))
        column, sums = WEIGHTED[index_id], defaultdict[str, Fraction](Fraction)
        for item in self.items[survey_id]:
            if item[column] is not None:
                sums[item[column]] += Fraction(item["weight"] or 0)
        if any(sums.values()):
            return lambda part: sums[part]
        return lambda _: Fraction(1)


def weights_on(rows: list[IndexWeight], day: date) -> dict[str, Fraction]:
    """The latest weight of each part that has begun."""
    begun = [row for row in rows if row.valid_from is None or row.valid_from <= day]
    begun.sort(key=lambda row: row.valid_from or date.min)
    return {row.part: Fraction(row.weight) for row in begun}


def index_measures(
    survey_id: str, day: date, answers: list[Answer], weights: ItemWeights
) -> dict[str, Decimal]:
    """Indices of one response from the exact scores of its items."""
    exact: dict[str, Fraction] = {}
    scored = [
        (answer, answer.exact_score)
        for answer in answers
        if answer.item["construct"] in SCORED and answer.exact_score is not None
    ]
    if scored:
        exact["csi_items_equal"] = mean(score for _, score in scored if score is not None)
    for index_id, column in (("csi_modules_equal", "module"), *WEIGHTED.items()):
        parts: dict[str, list[Fraction]] = defaultdict(list)
        for answer, score in scored:
            if answer.item[column] is not None and score is not None:
                parts[answer.item[column]].append(score)
        means = {part: mean(scores) for part, scores in parts.items()}
        if index_id == "csi_modules_equal":
            weight_of: Callable[[str], Fraction] = dict.fromkeys(parts, Fraction(1)).__getitem__
        else:
            weight_of = weights.of(index_id, survey_id, day)
        total = sum((weight_of(part) for part in means), Fraction(0))
        if total > 0:
            exact[index_id] = (
                sum((weight_of(part) * score for part, score in means.items()), Fraction(0)) / total
            )
    acsi = acsi_index(answers)
    if acsi is not None:
        exact["acsi_index"] = acsi
    return {name: rounded_fraction(value) for name, value in exact.items()}


def acsi_index(answers: list[Answer]) -> Fraction | None:
    """Equal-weight index of the three constructs on scales from 1 to 10."""
    given: dict[str, list[Fraction]] = defaultdict(list)
    for answer in answers:
        if answer.value is not None and answer.scale.is_from_to(1, 10):
            given[answer.item["construct"]].append(Fraction(answer.value))
    wanted = ("overall_satisfaction", "expectation", "ideal")
    if any(construct not in given for construct in wanted):
        return None
    return 100 * (sum((mean(given[name]) for name in wanted), Fraction(0)) - 3) / 27


def style_measures(row: Row, answers: list[Answer]) -> dict[str, Decimal]:
    """How a response was filled in."""
    comments = [one for one in answers if one.item["construct"] == "open_text" and one.has_words]
    measures = {"comment_share": share(bool(comments))}
    ticked = [answer.ticked for answer in answers if answer.ticked is not None]
    if len(ticked) >= SCALED_ANSWERS:
        measures["straight_line_share"] = share(len(set(ticked)) == 1)
    started, submitted = row["started_at"], row["submitted_at"]
    if row["status"] in (None, "complete") and started is not None and started <= submitted:
        seconds = (submitted - started) // timedelta(seconds=1)
        measures["completion_seconds_median"] = Decimal(seconds)
    return measures


@dataclass(frozen=True)
class Loop:
    """What can show that a customer was called back."""

    scene: Scene
    outbound: dict[str, list[datetime]]
    follow_ups: dict[str, list[datetime]]
    complaints_about: dict[str, list[str]]

    @classmethod
    def of(cls, scene: Scene) -> Loop:
        outbound: dict[str, list[datetime]] = defaultdict(list)
        for contact in scene.files["contacts"]:
            if contact["direction"] == "outbound" and contact["customer_id"] is not None:
                outbound[contact["customer_id"]].append(contact["started_at"])
        follow_ups: dict[str, list[datetime]] = defaultdict(list)
        for event in scene.files["complaint_events"]:
            if event["event_type"] == "follow_up":
                follow_ups[event["complaint_id"]].append(event["occurred_at"])
        about: dict[str, list[str]] = defaultdict(list)
        for complaint in scene.files["complaints"]:
            if complaint["response_id"] is not None:
                about[complaint["response_id"]].append(complaint["complaint_id"])
        return cls(scene, outbound, follow_ups, about)

    def measures(self, row: Row, day: date, answers: list[Answer]) -> dict[str, Decimal]:
        """Whether a low score was called back; nothing before its two days are over."""
        is_low = any(is_low_score(answer) for answer in answers)
        if not is_low or day + CALL_BACK_DAYS > self.scene.as_of:
            return {}
        in_time = [
            moment
            for moment in self.calls(row)
            if moment > row["submitted_at"] and self.scene.local_day(moment) <= day + CALL_BACK_DAYS
        ]
        return {"low_score_called_back_2d_share": share(bool(in_time))}

    def calls(self, row: Row) -> list[datetime]:
        """Every moment at which somebody turned to the customer of a response, or its case."""
        found = list(self.outbound.get(row["customer_id"] or "", []))
        contact = self.scene.contacts.get(row["contact_id"] or "")
        if contact is not None and contact["followed_up_at"] is not None:
            found.append(contact["followed_up_at"])
        own = row["complaint_id"] if row["complaint_id"] in self.scene.complaints else None
        for complaint in {own or "", *self.complaints_about.get(row["response_id"], [])}:
            found += self.follow_ups.get(complaint, [])
        return found


def is_low_score(answer: Answer) -> bool:
    """An overall answer in the two worst codes, or a detractor."""
    if answer.value is None:
        return False
    if answer.item["construct"] == "overall_satisfaction":
        return answer.value in answer.scale.bottom2
    return (
        answer.item["construct"] == "recommend"
        and answer.item["scale"] == "nps11"
        and answer.value <= 6
    )
