"""How often a 95% interval holds the truth, and how often a change is found that is there or is not.

Some hundred small worlds, each a unit of its own with its own true shares, means and rates, in two
months. In the second month half of them are as before and half are better. The figures are those
of metric_values, the truth is what the draws were made with.
"""

from __future__ import annotations

import math
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray
from whole import build_tables, run

# `make worlds` asks for more of them, from another seed.
WORLDS = int(os.environ.get("EVENKEEL_WORLDS", "300"))
SEED = int(os.environ.get("EVENKEEL_WORLDS_SEED", "11"))
DAYS = (date(2026, 5, 13), date(2026, 6, 10))
MONTHS = ("2026-05", "2026-06")
# What an answer of 1 to 5, and of 0 to 10, draws from: a share of each code for a true level.
LIKERT, NPS = np.arange(1, 6), np.arange(11)

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]


def _shares(level: Floats, codes: NDArray[np.int64], spread: float) -> Floats:
    """Return the share of each code where people feel a level, (worlds, codes)."""
    weight = np.exp(-(((codes - level[:, None]) / spread) ** 2) / 2)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def _drawn(rng: np.random.Generator, shares: Floats, world: NDArray[np.int64]) -> Any:
    """Draw the place of a code for each answer."""
    edges = np.cumsum(shares, axis=1)[world]
    return (rng.random((len(world), 1)) > edges[:, :-1]).sum(axis=1)


class Worlds:
    """What is true of every world in both months, by metric: (months, worlds)."""

    def __init__(self, folder: Path, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.folder = folder
        self.truth: dict[str, Floats] = {}
        self.is_better = rng.random(WORLDS) < 0.5
        self._wait = rng.uniform(60, 300, WORLDS)
        self._abandoned = rng.uniform(0.05, 0.4, WORLDS)
        self._complaints = rng.uniform(0.05, 0.4, WORLDS)
        self._liked = rng.uniform(2.5, 4.5, WORLDS)
        self._recommended = rng.uniform(5, 9, WORLDS)
        self._write("org_units", "units", {"w": np.arange(WORLDS)}, "'w' || w AS org_unit_id, "
            "'World ' || w AS org_unit_name, 'team' AS org_level")  # fmt: skip
        for name, query in {
            "surveys": "'s' AS survey_id, 'After a contact' AS survey_name, 'post_contact' AS programme, "
            "'customer' AS subject, 'internal' AS run_by, '1' AS version, '2026-05-01' AS opened_on",
            "survey_items": "'s' AS survey_id, unnest(['o', 'r']) AS item_code, 'How?' AS item_text, "
            "unnest(['overall_satisfaction', 'recommend']) AS construct, "
            "unnest(['likert5', 'nps11']) AS scale",
        }.items():
            self._write(name, name, {"one": np.ones(1)}, query)
        for month in (0, 1):
            self._live(rng, month)

    def _live(self, rng: np.random.Generator, month: int) -> None:
        better = month * self.is_better
        day = f"TIMESTAMP '{DAYS[month]} 10:00:00' + to_seconds(n % 10000)"
        wait = self._wait * np.where(better, 0.5, 1.0)
        world = np.repeat(np.arange(WORLDS), rng.integers(100, 300, WORLDS))
        gone = rng.random(len(world)) < (self._abandoned * np.where(better, 0.25, 1.0))[world]
        contacts: Columns = {
            "n": np.arange(len(world)) + month * 10**6,
            "w": world,
            "gone": gone,
            # Who gives up does so after the seconds that are called short.
            "wait": np.ceil(rng.exponential(wait[world])).astype(np.int64) + 10 * gone,
        }
        self._write("contacts", f"{month}", contacts, f"""
            'k' || n AS contact_id, {day} AS started_at, 'voice' AS channel, 'w' || w AS org_unit_id,
            wait AS queue_seconds, CASE WHEN gone THEN 'abandoned' ELSE 'answered' END AS outcome
        """)  # fmt: skip
        self._note("abandonment_rate", 100 * self._abandoned * np.where(better, 0.25, 1.0))
        self._note("asa_seconds", 1 / (1 - np.exp(-1 / wait)))
        self._note("queue_seconds_p90", np.ceil(wait * math.log(10)))
        rate = self._complaints * np.where(better, 0.25, 1.0)
        cases = np.repeat(np.arange(WORLDS), rng.poisson(rate * np.bincount(world)))
        complaints: Columns = {"n": np.arange(len(cases)) + month * 10**6, "w": cases}
        self._write("complaints", f"{month}", complaints, f"""
            'c' || n AS complaint_id, {day} AS received_at, 'voice' AS channel,
            'w' || w AS org_unit_id, 'wait' AS category
        """)  # fmt: skip
        self._note("complaint_rate_per_1000_contacts", 1000 * rate)
        self._answer(rng, month, better)

    def _answer(self, rng: np.random.Generator, month: int, better: NDArray[np.int64]) -> None:
        liked = _shares(self._liked + 0.9 * better, LIKERT, 1.0)
        recommended = _shares(self._recommended + 2.0 * better, NPS, 2.5)
        world = np.repeat(np.arange(WORLDS), rng.integers(60, 250, WORLDS))
        answers: Columns = {
            "n": np.arange(len(world)) + month * 10**6,
            "w": world,
            "weight": rng.choice([0.5, 1.0, 1.0, 2.0], len(world)),
            "o": LIKERT[_drawn(rng, liked, world)],
            "r": NPS[_drawn(rng, recommended, world)],
        }
        self._write("survey_responses", f"{month}", answers, f"""
            'r' || n AS response_id, 's' AS survey_id,
            TIMESTAMP '{DAYS[month]} 12:00:00' + to_seconds(n % 10000) AS submitted_at,
            'u' || n AS customer_id, 'w' || w AS org_unit_id, 'complete' AS status, weight
        """)  # fmt: skip
        self._write("survey_answers", f"{month}", answers, """
            'r' || n AS response_id, unnest(['o', 'r']) AS item_code, unnest([o, r]) AS answer_value
        """)  # fmt: skip
        self._note("csat_score", 25 * (liked @ LIKERT - 1))
        self._note("csat_top2_share", 100 * liked[:, 3:].sum(axis=1))
        promoters, detractors = recommended[:, 9:].sum(axis=1), recommended[:, :7].sum(axis=1)
        self._note("nps", 100 * (promoters - detractors))

    def _note(self, metric: str, values: Floats) -> None:
        """Note the truth of one month more."""
        before = self.truth.get(metric, np.zeros((0, WORLDS)))
        self.truth[metric] = np.vstack([before, values])

    def _write(self, entity: str, name: str, data: Columns, query: str) -> None:
        path = self.folder / entity / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        assert data
        with duckdb.connect() as connection:
            connection.execute(f"COPY (SELECT {query} FROM data) TO '{path}' (FORMAT parquet)")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("worlds") / "landing", SEED)


@pytest.fixture(scope="module")
def figures(worlds: Worlds) -> dict[tuple[str, str, int, int], tuple[Any, ...]]:
    """Return low, value, high and change_state by metric, weighting, month and world."""
    home = worlds.folder.parent / "home"
    for step in ("load", "build"):
        run(step, worlds.folder, home, date(2026, 6, 30))
    with build_tables(home) as connection:
        rows = connection.execute(
            """
            SELECT metric_id, weighting, period_key, org_unit_id, ci_low, value, ci_high, change_state
            FROM marts.metric_values
            WHERE period_type = 'month' AND slice = 'all' AND org_unit_id <> 'all'
                AND period_key IN ('2026-05', '2026-06')
            """
        ).fetchall()
    return {
        (metric, weighting, MONTHS.index(month), int(unit[1:])): tuple(rest)
        for metric, weighting, month, unit, *rest in rows
    }


# The exact Poisson interval and the one between order statistics promise at least 95%: what they
# count is whole, so they hold the truth more often where there are few cases.
@pytest.mark.parametrize(
    ("metric", "weighting", "least", "most"),
    [
        ("abandonment_rate", "none", 0.93, 0.97),
        ("asa_seconds", "none", 0.93, 0.97),
        ("queue_seconds_p90", "none", 0.95, 0.985),
        ("complaint_rate_per_1000_contacts", "none", 0.95, 0.985),
        ("csat_score", "none", 0.93, 0.97),
        ("csat_score", "design", 0.93, 0.97),
        ("csat_top2_share", "none", 0.93, 0.97),
        ("csat_top2_share", "design", 0.93, 0.97),
        ("nps", "none", 0.93, 0.97),
        ("nps", "design", 0.93, 0.97),
    ],
)
def test_an_interval_holds_the_truth_as_often_as_it_says(
    worlds: Worlds,
    figures: dict[tuple[str, str, int, int], tuple[Any, ...]],
    metric: str,
    weighting: str,
    least: float,
    most: float,
) -> None:
    held = []
    for month in (0, 1):
        for world in range(WORLDS):
            low, value, high, _ = figures[metric, weighting, month, world]
            assert low <= value <= high
            held.append(low <= worlds.truth[metric][month, world] <= high)
    assert least <= np.mean(held) <= most


@pytest.mark.parametrize(
    ("metric", "direction"),
    [
        ("csat_score", "up"),
        ("csat_top2_share", "up"),
        ("nps", "up"),
        ("asa_seconds", "down"),
        ("abandonment_rate", "down"),
        ("complaint_rate_per_1000_contacts", "down"),
    ],
)
def test_a_planted_change_is_found_and_one_that_is_not_there_is_not(
    worlds: Worlds,
    figures: dict[tuple[str, str, int, int], tuple[Any, ...]],
    metric: str,
    direction: str,
) -> None:
    states = np.array([figures[metric, "none", 1, world][3] for world in range(WORLDS)])
    better, same = states[worlds.is_better], states[~worlds.is_better]
    assert np.mean(better == direction) > 0.85
    # Two and a half standard errors about a false alarm in twenty.
    alarms = np.mean(same != "no_clear_change")
    assert abs(alarms - 0.05) < 2.5 * math.sqrt(0.05 * 0.95 / len(same))
