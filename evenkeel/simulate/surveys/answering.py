"""How people answer questionnaires, and the files of questions and answers."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.surveys.item_details import WORDINGS_ZH
from evenkeel.simulate.surveys.questionnaires import Item
from evenkeel.simulate.surveys.scales import SCALES, answer
from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows
from evenkeel.simulate.tools.files import Landing, flag, key, number, scaled, text
from evenkeel.simulate.tools.words import said

NOT_APPLICABLE = -2
FACET_SPREAD = 1.5
"""Standard deviation, at most, of what a person feels about one thing beside the whole."""
LOYAL_FROM = 9
"""The lowest code, of ten at most, of those who are sure to stay or to recommend."""

COMMENTS = (
    "Nobody could tell me what happens next",
    "I waited far too long",
    "Third time about the same thing",
    "It was all right",
    "Took a while, but it works now",
    "Quick and friendly",
    "Solved on the spot, thank you",
)


def answers_to(
    rng: Generator, items: Sequence[Item], feeling: Floats, answered: Ints | None = None
) -> Ints:
    """Draw the answers of each person to each question, (persons, items).

    Parameters
    ----------
    feeling
        What each person feels.
    answered
        After how many questions each person stopped; None: nobody stopped.

    Returns
    -------
    Codes; -1 not answered, -2 not applicable. The code of a comment is its place in `COMMENTS`.
    """
    n = len(feeling)
    codes = np.full((n, len(items)), NONE)
    facets = _facets(rng, np.array([item.driver for item in items]), n)
    for place, item in enumerate(items):
        if item.scale == "text":
            codes[:, place] = _comments(rng, feeling)
            continue
        if item.shares:
            codes[:, place] = SCALES[item.scale].lowest + rng.choice(
                len(item.shares), n, p=item.shares
            )
            continue
        if item.loyal:
            codes[:, place] = _intentions(rng, item, items[0], codes[:, 0])
            continue
        sign = -1.0 if item.is_reversed else 1.0
        own = item.ease + item.spread * rng.normal(size=n) + facets[:, place]
        drawn = answer(rng, sign * feeling + own, item.scale)
        skips = rng.random(n) < item.not_applicable
        codes[:, place] = np.where(skips, NOT_APPLICABLE, drawn)
    if answered is not None:
        codes = np.where(np.arange(len(items)) < answered[:, None], codes, NONE)
    return codes


def _facets(rng: Generator, weights: Floats, n: int) -> Floats:
    """Draw what each person feels about each thing beside the whole, (persons, items).

    Weighted it adds up to nothing, so the weighted feelings about all things are the feeling about
    the whole. Only things that have a weight differ from the whole.
    """
    if not weights.any():
        return np.zeros((n, len(weights)))
    own = FACET_SPREAD * rng.normal(size=(n, len(weights))) * (weights > 0)
    return np.asarray(own - np.outer(own @ weights, weights) / (weights @ weights))


def _intentions(rng: Generator, item: Item, overall: Item, code: Ints) -> Ints:
    """Draw what people intend, which hangs on the code that they gave overall and on nothing else."""
    lowest = SCALES[item.scale].lowest
    is_loyal = rng.random(len(code)) < np.array(item.loyal)[code - SCALES[overall.scale].lowest]
    # The others are the cooler, the lower their code.
    share = (code - SCALES[overall.scale].lowest + 0.5) / len(item.loyal)
    cooler = lowest + rng.binomial(LOYAL_FROM - 1 - lowest, share)
    return np.where(is_loyal, LOYAL_FROM + rng.integers(0, 2, len(code)), cooler)


def _comments(rng: Generator, feeling: Floats) -> Ints:
    says = rng.random(len(feeling)) < 0.15
    mood = np.digitize(feeling, (0.0, 1.2))
    first, count = np.array([0, 3, 5])[mood], np.array([3, 2, 2])[mood]
    return np.where(says, first + (rng.random(len(feeling)) * count).astype(np.int64), NONE)


def write_items(
    landing: Landing, surveys: Sequence[str], questionnaires: Sequence[Sequence[Item]]
) -> None:
    """Write survey_items: the questions of each survey."""
    items = [item for questionnaire in questionnaires for item in questionnaire]
    lengths = [len(questionnaire) for questionnaire in questionnaires]
    place = np.concatenate([np.arange(length) for length in lengths])
    row = np.arange(len(items))

    def optional(values: list[str]) -> Ints:
        return np.array([i if value else NONE for i, value in enumerate(values)])

    dimensions = [item.dimension for item in items]
    touchpoints = [item.touchpoint for item in items]
    modules = [item.module for item in items]
    concepts = [item.concept for item in items]
    landing.write(
        "survey_items",
        "survey_items",
        {
            "survey_id": text(np.repeat(np.arange(len(surveys)), lengths), surveys),
            "item_code": text(row, [item.code for item in items]),
            "item_text": text(row, [item.text for item in items]),
            "item_text_zh": text(row, [item.text_zh or WORDINGS_ZH[item.text] for item in items]),
            "construct": text(row, [item.construct for item in items]),
            "scale": text(row, [item.scale for item in items]),
            "dimension": text(optional(dimensions), dimensions),
            "touchpoint": text(optional(touchpoints), touchpoints),
            "module": text(optional(modules), modules),
            "is_reversed": flag(np.array([item.is_reversed for item in items])),
            "weight": scaled(np.array([item.weight_percent for item in items]), 2),
            "position": number(place + 1),
            "concept": text(optional(concepts), concepts),
        },
    )


def write_answers(
    landing: Landing,
    name: str,
    prefix: str,
    items: Sequence[Item],
    responses: Rows,
    language: str,
) -> None:
    """Write survey_answers: one row per question answered or not applicable.

    ``responses`` holds response (a number) and codes, (responses, items); comments are in the
    language.
    """
    codes = responses["codes"]
    row, place = np.nonzero(codes != NONE)
    code = codes[row, place]
    is_comment: Bools = np.array([item.scale == "text" for item in items])[place]
    skipped = code == NOT_APPLICABLE
    value = np.where(skipped | is_comment, NONE, code)
    landing.write(
        "survey_answers",
        name,
        {
            "response_id": key(responses["response"][row], prefix),
            "item_code": text(place, [item.code for item in items]),
            "answer_value": number(value),
            "answer_text": text(
                np.where(is_comment, code, NONE), [said(comment, language) for comment in COMMENTS]
            ),
            "is_not_applicable": flag(skipped),
        },
    )
