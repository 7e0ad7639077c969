"""What truly happened, by month and team, counted while it is simulated."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenkeel.simulate.tools.arrays import Floats, Ints


class Tally:
    """Sums by name, month and team or person, rows by value, and what is true of each survey wave."""

    def __init__(self, months: int, teams: int) -> None:
        self._shape = (months, teams)
        self.sums: dict[str, Floats] = {}
        self.values: dict[str, Counter[str]] = {}
        self.waves: dict[str, dict[str, Any]] = {}
        self.expected: dict[str, dict[str, float]] = {}
        self.persons: dict[str, Floats] = {}

    def add(
        self, name: str, month: Ints | int, team: Ints, amount: NDArray[Any] | None = None
    ) -> None:
        """Add one row, or an amount, per team (and month, where it is an array)."""
        months, teams = self._shape
        cell = np.broadcast_to(month, team.shape) * teams + team
        added = np.bincount(cell, amount, minlength=months * teams)
        before = self.sums.setdefault(name, np.zeros(self._shape))
        self.sums[name] = before + added.reshape(self._shape)

    def expect(
        self, name: str, labels: Sequence[str], place: Ints, amount: NDArray[Any] | None = None
    ) -> None:
        """Add one row, or an amount, per label, given by its place among the labels."""
        added = np.bincount(place, amount, minlength=len(labels))
        sums = self.expected.setdefault(name, {})
        for i in map(int, np.flatnonzero(added)):
            sums[labels[i]] = round(sums.get(labels[i], 0.0) + float(added[i]), 6)

    def add_persons(self, name: str, person: Ints, amount: Floats) -> None:
        """Add an amount per person, given by the place among all who ever worked there."""
        before = self.persons.get(name, np.zeros(0))
        length = max(len(before), int(person.max(initial=-1)) + 1)
        sums = np.zeros(length)
        sums[: len(before)] = before
        sums += np.bincount(person, amount, minlength=length)
        self.persons[name] = sums

    def add_values(self, entity: str, labels: Sequence[str], codes: Ints) -> None:
        """Count the rows of an entity by their label; -1 counts as none."""
        counts = np.bincount(codes[codes >= 0], minlength=len(labels))
        by_label = self.values.setdefault(entity, Counter())
        by_label.update(dict(zip(labels, map(int, counts), strict=True)))

    def add_wave(
        self,
        survey: str,
        item_code: str,
        unit_ids: Sequence[str],
        unit: Ints,
        expected: Floats,
        chance: Floats,
        weight: Floats | None = None,
    ) -> None:
        """Note what the mean of an item is expected to be in each unit of a wave.

        Parameters
        ----------
        unit, expected, chance, weight
            By person asked: place of the unit among ``unit_ids``, the expected code, the
            probability of an answer in time, and the design weight (absent: 1).
        """
        weight = np.ones(len(unit)) if weight is None else weight

        def by_unit(amount: Floats) -> Floats:
            return np.asarray(np.bincount(unit, amount, minlength=len(unit_ids)))

        asked, answering = by_unit(weight), by_unit(weight * chance)
        everybody, respondents = by_unit(weight * expected), by_unit(weight * chance * expected)
        responses = by_unit(chance)
        self.waves[survey] = {
            "item_code": item_code,
            "units": {
                unit_ids[i]: {
                    "expected_responses": round(float(responses[i]), 6),
                    "expected_mean_of_all": round(float(everybody[i] / asked[i]), 6),
                    "expected_mean_of_responses": round(float(respondents[i] / answering[i]), 6),
                }
                for i in map(int, np.flatnonzero(answering > 0))
            },
        }
