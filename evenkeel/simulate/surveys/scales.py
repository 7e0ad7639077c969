"""How a person turns a feeling into a code of an answer scale.

A feeling is a number on one latent scale, about 0.9 on average. An answer adds logistic noise to it
and counts the thresholds that the sum passes, so that the expected code has a closed form.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.tools.arrays import Floats, Ints, logistic

NOISE = 0.55
"""Scale of the logistic noise of one answer."""


@dataclass(frozen=True)
class AnswerScale:
    """A scale's lowest code and the latent thresholds between its codes."""

    lowest: int
    thresholds: tuple[float, ...]


SCALES = {
    "likert5": AnswerScale(1, (-2.0, -1.1, -0.2, 1.0)),
    "likert5_unbalanced": AnswerScale(1, (-1.4, -0.8, -0.2, 1.1)),
    "faces5": AnswerScale(1, (-2.0, -1.1, -0.2, 0.9)),
    "stars5": AnswerScale(1, (-1.9, -1.0, 0.0, 1.1)),
    "likert7": AnswerScale(1, (-2.2, -1.5, -0.9, -0.3, 0.4, 1.2)),
    "score10": AnswerScale(1, (-2.8, -2.3, -1.8, -1.3, -0.8, -0.3, 0.2, 0.8, 1.5)),
    "nps11": AnswerScale(0, (-3.0, -2.6, -2.2, -1.8, -1.4, -0.9, -0.5, 0.1, 0.7, 1.4)),
    "frequency0_6": AnswerScale(0, (-1.8, -1.1, -0.4, 0.3, 1.0, 1.8)),
}


def answer(rng: Generator, feeling: Floats, scale: str) -> Ints:
    """Draw a code for each feeling."""
    heard = feeling + NOISE * rng.logistic(size=len(feeling))
    thresholds = np.array(SCALES[scale].thresholds)
    return SCALES[scale].lowest + np.searchsorted(thresholds, heard)


def share_above(feeling: Floats, scale: str, code: int) -> Floats:
    """Return the probability of an answer above a code."""
    threshold = SCALES[scale].thresholds[code - SCALES[scale].lowest]
    return logistic((feeling - threshold) / NOISE)


def expected_code(feeling: Floats, scale: str) -> Floats:
    """Return the mean code that each feeling leads to."""
    lowest, steps = SCALES[scale].lowest, len(SCALES[scale].thresholds)
    expected = np.full(len(feeling), float(lowest))
    for code in range(lowest, lowest + steps):
        expected += share_above(feeling, scale, code)
    return expected


def expected_score(feeling: Floats, scale: str) -> Floats:
    """Return the mean score, from 0 (lowest code) to 100 (highest), that each feeling leads to."""
    steps = len(SCALES[scale].thresholds)
    return 100 * (expected_code(feeling, scale) - SCALES[scale].lowest) / steps
