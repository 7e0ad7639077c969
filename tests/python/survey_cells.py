"""The figures of cells of survey answers by pandas and scipy, to hold the marts against."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import pytest
from pandas import DataFrame
from scipy import stats
from survey_world import ITEMS, Row

PLACE = ["period_type", "period_key", "org_unit_id"]
PAIRS = {"found_lift": "hoped_lift", "p2": "e2", "p3": "e3"}
# Rows: with the feature, columns: without it, both from "I like it" to "I dislike it".
KANO = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
NAMES = {
    "M": "must_be", "O": "one_dimensional", "A": "attractive", "I": "indifferent", "R": "reverse",
    "Q": "questionable",
}  # fmt: skip


def cells(
    rows: DataFrame,
    where: DataFrame,
    by: list[str],
    periods: tuple[str, ...],
    figures: Callable[[DataFrame], Row],
) -> DataFrame:
    """Figures of each cell, and none where fewer than five persons stand behind them."""
    placed = rows.merge(where.drop(columns="survey_id"), on="response_id")
    placed = placed[placed["period_type"].isin(periods)]
    found = []
    for key, cell in placed.groupby([*by, *PLACE]):
        small = cell["person"].nunique() < 5
        state = "hidden_small" if small else "low_base" if len(cell) < 30 else "ok"
        values = {} if small else figures(cell)
        found.append(dict(zip([*by, *PLACE], key, strict=True)) | {"state": state} | values)
    return DataFrame(found)


@cache
def wilson(k: int, n: int) -> tuple[float, float, float]:
    interval = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    return 100 * k / n, 100 * interval.low, 100 * interval.high


@cache
def t_of(df: int) -> float:
    return float(stats.t.ppf(0.975, df))


def t_limits(values: DataFrame) -> tuple[float, float, float]:
    mean, n = float(values.mean()), len(values)
    half = t_of(n - 1) * float(values.std()) / math.sqrt(n)
    return mean, mean - half, mean + half


def newcombe(k: int, n: int, other_k: int, other_n: int) -> tuple[float, float, float]:
    p, low, high = wilson(k, n)
    q, other_low, other_high = wilson(other_k, other_n)
    below = math.hypot(p - low, other_high - q)
    return p - q, p - q - below, p - q + math.hypot(high - p, q - other_low)


def paired(valid: DataFrame) -> DataFrame:
    """A row per response and pair of questions of which both have a valid answer."""
    score = {(row.response_id, row.item_code): row.score for row in valid.itertuples()}
    about = {item["item_code"]: item for item in ITEMS}
    return DataFrame(
        [
            {
                "response_id": response, "survey_id": None, "p": score[response, found], "e": score[response, hoped],
                **{cut: about[found].get(cut, "unknown") for cut in ("dimension", "touchpoint", "module", "concept")},
            }
            for response in sorted(set(valid["response_id"]))
            for found, hoped in PAIRS.items()
            if (response, found) in score and (response, hoped) in score
        ]
    )  # fmt: skip


def gap_figures(cell: DataFrame) -> Row:
    figures: Row = {"base_count": len(cell), "perception": cell["p"].mean()}
    for name, values in {"expectation": cell["e"], "gap": cell["p"] - cell["e"]}.items():
        figures[name], figures[f"{name}_low"], figures[f"{name}_high"] = t_limits(values)
    if len(cell) == 30:
        limits = stats.ttest_rel(cell["p"], cell["e"]).confidence_interval(0.95)
        assert (figures["gap_low"], figures["gap_high"]) == pytest.approx((limits.low, limits.high))
    difference = (cell["p"] - cell["e"]).round(5)
    for name, told in {
        "below": difference < 0,
        "met": difference == 0,
        "above": difference > 0,
    }.items():
        figures[f"{name}_share"] = 100 * told.mean()
    return {
        {"gap_low": "ci_low", "gap_high": "ci_high"}.get(name, name): value
        for name, value in figures.items()
    }


def importance_figures(cell: DataFrame) -> Row:
    mean, low, high = t_limits(cell["score"])
    return {
        "importance_count": len(cell), "importance": mean, "importance_low": low, "importance_high": high,
    }  # fmt: skip
