"""The survey of service quality, holidays and the mood of teams are found in the files as planted."""

import math
from collections import Counter
from datetime import date

import numpy as np
import pytest

from simulate.landed import Landed

# Of a feature, by what customers say with it and without it, each from "I like it" (5) down.
EVALUATION = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
CATEGORIES = {"A": "attractive", "O": "one_dimensional", "M": "must_be"}


def test_the_survey_has_five_modules_of_31_items_over_nine_stages(landed: Landed) -> None:
    items = landed.rows(
        "SELECT DISTINCT item_code, module, touchpoint FROM survey_items "
        "WHERE survey_id LIKE 'follow-up-%' AND construct = 'satisfaction'"
    )
    assert len(items) == 31
    assert len({module for _, module, _ in items}) == 5
    assert {stage for _, _, stage in items} == {
        *("sales", "signing", "delivery", "quality", "repair"),
        *("environment", "design", "service", "complaint"),
    }
    constructs = {c for (c,) in landed.rows("SELECT DISTINCT construct FROM survey_items")}
    assert constructs >= {"expectation", "perception", "importance", "kano_functional"}
    assert landed.one("SELECT count(*) FROM survey_items WHERE item_text_zh IS NULL") == 0


def test_the_category_of_each_feature_is_the_planted_one(small: Landed) -> None:
    pairs = small.rows("""
        SELECT split_part(a.item_code, '_', 1), a.answer_value::INT, b.answer_value::INT
        FROM survey_answers a JOIN survey_answers b USING (response_id)
        WHERE a.item_code LIKE '%\\_with' ESCAPE '\\'
            AND b.item_code = replace(a.item_code, '_with', '_without')
    """)
    votes: dict[str, Counter[str]] = {}
    for feature, having, missing in pairs:
        votes.setdefault(feature, Counter())[EVALUATION[5 - having][5 - missing]] += 1
    found = {feature: CATEGORIES[count.most_common(1)[0][0]] for feature, count in votes.items()}
    assert found == small.truth["planted"]["questionnaires"]["kano"]


def test_what_matters_and_what_is_expected_is_recovered(small: Landed) -> None:
    planted = small.truth["planted"]["questionnaires"]
    means = {
        code: (n, mean, variance)
        for code, n, mean, variance in small.rows(
            "SELECT item_code, count(*), avg(answer_value::DOUBLE), var_samp(answer_value::DOUBLE) "
            "FROM survey_answers JOIN survey_responses USING (response_id) "
            "WHERE survey_id LIKE 'follow-up-%' AND answer_value IS NOT NULL GROUP BY 1"
        )
    }
    for module, expected in planted["mean_importance"].items():
        n, mean, variance = means[f"{module}_matters"]
        assert abs(mean - expected) < 4 * math.sqrt(variance / n), module
    gaps = {
        m: means[f"{m}_expected"][1] - means[f"{m}_found"][1] for m in planted["mean_importance"]
    }
    by_gap = sorted(gaps, key=lambda module: gaps[module])
    assert by_gap == sorted(gaps, key=lambda module: float(planted["expected_minus_found"][module]))


def test_holidays_are_quiet_and_worked_weekends_are_not(small: Landed) -> None:
    daily = dict(small.rows("SELECT CAST(started_at AS DATE), count(*) FROM contacts GROUP BY 1"))
    usual = np.mean([daily[date(2025, 9, day)] for day in (1, 2, 3, 4, 8, 9, 10, 11)])
    sundays = np.mean([daily[date(2025, 9, day)] for day in (7, 14, 21)])
    worked = daily[date(2025, 9, 28)]
    golden_week = np.mean([daily[date(2025, 10, day)] for day in range(1, 9)])
    assert worked == pytest.approx(usual, rel=0.2)
    assert sundays < 0.6 * usual
    assert golden_week == pytest.approx(0.55 * sundays, rel=0.25)
    assert daily[date(2025, 10, 9)] > 1.05 * usual


def test_customers_feel_the_mood_of_a_team_two_months_later(small: Landed) -> None:
    planted = small.truth["planted"]["mood"]
    assert planted["months_later"] == 2
    months = sorted(small.truth["units"]["HQ"]["months"])
    means: dict[tuple[str, str], tuple[int, float]] = {}
    for team, month, n, mean in small.rows("""
        SELECT r.org_unit_id, left(r.submitted_at::VARCHAR, 7), count(*), avg(a.answer_value::DOUBLE)
        FROM survey_answers a JOIN survey_responses r USING (response_id)
        WHERE r.survey_id = 'post-contact-v1' AND r.is_test = 'false' AND a.item_code = 'overall'
        GROUP BY 1, 2
    """):
        means[team, month] = (n, mean)

    def slope(lag: int) -> tuple[float, float]:
        """Return slope and standard error within teams of the answers on the mood so long before."""
        x, y, w, group = [], [], [], []
        for number, team in enumerate(planted["by_team"]):
            for place, month in enumerate(months):
                if (team, month) in means and 0 <= place - lag < len(months):
                    n, mean = means[team, month]
                    x.append(planted["by_team"][team][place - lag])
                    y.append(mean)
                    w.append(n)
                    group.append(number)
        xs, ys, ws, groups = map(np.asarray, (x, y, w, group))
        total = np.bincount(groups, ws)
        xs = xs - (np.bincount(groups, ws * xs) / np.maximum(total, 1))[groups]
        ys = ys - (np.bincount(groups, ws * ys) / np.maximum(total, 1))[groups]
        variation = float((ws * xs * xs).sum())
        estimate = float((ws * xs * ys).sum()) / variation
        residual = float((ws * (ys - estimate * xs) ** 2).sum()) / (len(xs) - total.size - 1)
        return estimate, math.sqrt(residual / variation)

    estimates = {lag: slope(lag) for lag in (-2, 0, 2, 4)}
    best, error = estimates[2]
    assert best > 4 * error
    assert best == max(estimate for estimate, _ in estimates.values())
    # A step of a usual feeling moves an answer from 1 to 5 by about two thirds of a step.
    assert abs(best - planted["effect_on_customers"] * 2 / 3) < 3 * error
