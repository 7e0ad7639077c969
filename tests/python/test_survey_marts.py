"""Distributions, expectation gaps, Kano categories and loyalty curves, against pandas and scipy over a random world.

The SQL reads rows as a load would leave them; the other route counts the same rows cell by cell, in its own words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from pandas import DataFrame
from sql_models import build_models, compiled_models
from survey_cells import (
    KANO,
    NAMES,
    PLACE,
    cells,
    gap_figures,
    importance_figures,
    newcombe,
    paired,
    wilson,
)
from survey_world import (
    ENDS,
    MENTIONS,
    SERVQUAL,
    Row,
    as_contract,
    places,
    some_answers,
    some_responses,
    valid_answers,
    worked_examples,
)

MARTS = (
    *("score_distributions", "multi_answer_shares", "expectation_gaps"),
    *("expectation_gaps_by_concept", "kano_categories", "loyalty_curves"),
)
CALENDAR = ("month", "quarter", "half", "year", "wave")
SELDOM = ("year", "wave", "all")


@pytest.fixture(scope="module")
def world() -> tuple[list[Row], list[Row]]:
    random = np.random.default_rng(5)
    responses = some_responses(random)
    return responses, some_answers(random, responses)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return compiled_models(MARTS, tmp_path_factory.mktemp("home"), "2026-04-30")


@pytest.fixture(scope="module")
def tables(
    nodes: dict[str, Any], world: tuple[list[Row], list[Row]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    with build_models(nodes, as_contract(*world)) as connection:
        yield connection


@pytest.fixture(scope="module")
def placed(world: tuple[list[Row], list[Row]]) -> DataFrame:
    return places(world[0])


@pytest.fixture(scope="module")
def valid(world: tuple[list[Row], list[Row]]) -> DataFrame:
    survey = {response["response_id"]: response["survey_id"] for response in world[0]}
    frame = valid_answers(world[1])
    return frame.assign(survey_id=frame["response_id"].map(survey))


def agree(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    expected: DataFrame,
    key: list[str],
    where: str = "true",
) -> None:
    """The mart has exactly the expected rows, and in each the expected figures."""
    found = (
        connection.execute(f"select * from marts.{mart} where {where}")
        .df()
        .set_index(key)
        .sort_index()
    )
    wanted = expected.set_index(key).sort_index()
    assert len(wanted) > 20
    assert not wanted.index.symmetric_difference(found.index).size
    assert {"ok", "low_base", "hidden_small"} <= set(wanted["state"])
    for column in wanted:
        theirs, ours = found[column], wanted[column]
        if isinstance(ours.dropna().iloc[0], str):
            assert (theirs.fillna("") == ours.fillna("")).all(), column
        else:
            np.testing.assert_allclose(
                theirs.astype(float), ours.astype(float), rtol=1e-7, atol=1e-5, err_msg=column
            )
    hidden = found[found["state"] == "hidden_small"].select_dtypes("number")
    assert hidden.isna().all(axis=None)


def test_distributions_are_those_of_the_valid_answers(
    tables: duckdb.DuckDBPyConnection, placed: DataFrame, valid: DataFrame
) -> None:
    assert (
        tables.execute(
            "select 1 from marts.score_distributions where item_code = 'feel'"
        ).fetchall()
        == []
    )
    coded = valid[valid["item_code"].isin(["overall", "late", "tell"])]
    by = ["survey_id", "item_code", "scale"]
    occurring = coded.groupby(["survey_id", "item_code"])["code"].agg(set)

    def shares(cell: DataFrame) -> Row:
        low, high = ENDS[cell["scale"].iloc[0]]
        codes = {
            *range(low, high + 1),
            *occurring[cell["survey_id"].iloc[0], cell["item_code"].iloc[0]],
        }
        counts = cell["code"].value_counts()
        return {"counts": {code: (int(counts.get(code, 0)), len(cell)) for code in codes}}

    # What a small cell does not show it still lists.
    placed_cells = cells(coded, placed, by, CALENDAR, shares)
    rows = []
    for row in placed_cells.to_dict("records"):
        low, high = ENDS[row["scale"]]
        counts = row.pop("counts")
        if row["state"] == "hidden_small":
            codes = {*range(low, high + 1), *occurring[row["survey_id"], row["item_code"]]}
            counts = dict.fromkeys(codes, (None, None))
        for code, (k, n) in counts.items():
            share, ci_low, ci_high = wilson(k, n) if n else (None, None, None)
            figures = {
                "base_count": n,
                "answer_count": k,
                "share": share,
                "ci_low": ci_low,
                "ci_high": ci_high,
            }
            rows.append({**row, "code": float(code), **figures})
    assert any(row["code"] == 2.5 and row["item_code"] == "late" for row in rows)
    items = "item_code in ('overall', 'late', 'tell')"
    agree(tables, "score_distributions", DataFrame(rows), [*by, *PLACE, "code"], items)


def test_options_are_shares_of_respondents_and_of_mentions(
    tables: duckdb.DuckDBPyConnection, placed: DataFrame, world: tuple[list[Row], list[Row]]
) -> None:
    survey = {response["response_id"]: response["survey_id"] for response in world[0]}
    ticks: dict[str, set[str]] = {}
    for answer in world[1]:
        if answer.get("option"):
            ticks.setdefault(answer["response_id"], set()).add(answer["option"])
    frame = DataFrame(
        [
            {"response_id": r, "survey_id": survey[r], "item_code": "why", "ticked": t}
            for r, t in ticks.items()
        ]
    )
    everything = []
    for option in "abc":

        def shares(cell: DataFrame, option: str = option) -> Row:
            k, n = sum(option in ticked for ticked in cell["ticked"]), len(cell)
            share, low, high = wilson(k, n)
            mentions = sum(len(ticked) for ticked in cell["ticked"])
            return {
                "respondent_count": n, "mention_count": k, "share_of_respondents": share, "ci_low": low,
                "ci_high": high, "share_of_mentions": 100 * k / mentions,
            }  # fmt: skip

        found = cells(frame, placed, ["survey_id", "item_code"], CALENDAR, shares)
        everything.append(found.assign(option=option))
    key = ["survey_id", "item_code", "option", *PLACE]
    agree(tables, "multi_answer_shares", pd.concat(everything), key)


@pytest.mark.parametrize(
    ("mart", "cuts"),
    [
        ("expectation_gaps", ("dimension", "touchpoint")),
        ("expectation_gaps_by_concept", ("module", "concept")),
    ],
)
def test_gaps_are_paired_differences(
    tables: duckdb.DuckDBPyConnection,
    placed: DataFrame,
    valid: DataFrame,
    mart: str,
    cuts: tuple[str, str],
) -> None:
    # Pooled in calendar periods are the programmes of rule 19; a wave has its own, whoever ran it.
    pool = placed[placed["is_pooled"] | (placed["period_type"] == "wave")]
    pairs, importance = paired(valid), valid[valid["construct"] == "importance"].fillna("unknown")
    found = []
    for cut in ("all", *cuts) if "dimension" in cuts else cuts:
        by = {name: "all" for name in cuts if name != cut}
        two = [
            cells(frame.assign(**by), pool, list(cuts), CALENDAR, figures)
            for frame, figures in ((pairs, gap_figures), (importance, importance_figures))
        ]
        both = two[0].merge(two[1].drop(columns="state"), on=[*cuts, *PLACE], how="left")
        both.loc[both["state"] == "hidden_small", both.filter(like="importance").columns] = None
        shown = both["state"] != "hidden_small"
        # Nobody asked is a true 0; too few to show is nothing.
        asked = two[1].set_index([*cuts, *PLACE]).index
        never = ~both.set_index([*cuts, *PLACE]).index.isin(asked)
        both.loc[shown & never, "importance_count"] = 0
        found.append(both)
    agree(tables, mart, pd.concat(found), [*cuts, *PLACE])


def test_a_feature_belongs_where_most_customers_put_it(
    tables: duckdb.DuckDBPyConnection, placed: DataFrame, valid: DataFrame
) -> None:
    codes = valid[valid["item_code"].isin(["with", "without"])].pivot(
        index="response_id", columns="item_code", values="code"
    )
    both = codes.dropna().astype(int)
    letters = [KANO[5 - w][5 - o] for w, o in zip(both["with"], both["without"], strict=True)]
    survey = valid.drop_duplicates("response_id").set_index("response_id")["survey_id"]
    votes = DataFrame({"response_id": both.index, "letter": letters, "feature": "gate"})
    votes["survey_id"] = votes["response_id"].map(survey)

    def figures(cell: DataFrame) -> Row:
        counts = {letter: int((cell["letter"] == letter).sum()) for letter in NAMES}
        n, (first, second) = len(cell), sorted(counts.values(), reverse=True)[:2]
        bound = 1.65 * math.sqrt((first + second) * (2 * n - first - second) / (2 * n))
        said = counts["A"] + counts["O"] + counts["M"] + counts["I"]
        better = wilson(counts["A"] + counts["O"], said)
        worse = wilson(counts["O"] + counts["M"], said)
        return {
            "base_count": n,
            **{f"{NAMES[letter]}_count": count for letter, count in counts.items()},
            "category": NAMES[max(counts, key=lambda letter: counts[letter])],
            "fong_bound": bound, "is_category_clear": float(first - second >= bound),
            "better": better[0], "better_low": better[1], "better_high": better[2],
            "worse": -worse[0], "worse_low": -worse[2], "worse_high": -worse[1],
        }  # fmt: skip

    expected = cells(votes, placed, ["survey_id", "feature"], SELDOM, figures)
    agree(tables, "kano_categories", expected, ["survey_id", "feature", *PLACE])


def test_newcombes_limits_are_the_published_ones() -> None:
    assert newcombe(56, 70, 48, 80)[1:] == pytest.approx((5.24, 33.39), abs=0.005)


def test_loyalty_is_counted_for_each_code_of_satisfaction(
    tables: duckdb.DuckDBPyConnection, placed: DataFrame, valid: DataFrame
) -> None:
    overall = valid[valid["construct"] == "overall_satisfaction"][
        ["response_id", "survey_id", "scale", "code"]
    ]
    outcomes = pd.concat(
        [
            valid[valid["item_code"] == code].assign(
                outcome=outcome, loyal=lambda rows, best=best: rows["code"] >= best
            )
            for code, outcome, best in (("tell", "recommend", 9), ("stay", "loyalty", 7))
        ]
    )[["response_id", "outcome", "loyal"]]
    told = overall.merge(outcomes, on="response_id")
    pool = placed[placed["is_pooled"] | (placed["period_type"] == "wave")]
    by = ["survey_id", "scale", "outcome", "code"]

    def figures(cell: DataFrame) -> Row:
        share, low, high = wilson(int(cell["loyal"].sum()), len(cell))
        return {
            "base_count": len(cell),
            "k": cell["loyal"].sum(),
            "share": share,
            "ci_low": low,
            "ci_high": high,
        }

    expected = pd.concat(
        [
            cells(told.assign(survey_id="all"), pool, by, SELDOM, figures),
            cells(told, placed, by, SELDOM, figures),
        ]
    )
    curves = []
    for _, curve in expected.groupby([column for column in [*by, *PLACE] if column != "code"]):
        shown = curve[curve["state"] != "hidden_small"].sort_values("code")
        rising = float((shown["share"].diff().dropna() >= 0).all()) if len(shown) > 1 else None
        curve = curve.assign(
            is_isotonic=rising, jump=None, jump_low=None, jump_high=None, jump_state=None
        )
        curve.loc[curve["state"] == "hidden_small", "is_isotonic"] = None
        counts = {row.code: (int(row.k), int(row.base_count)) for row in shown.itertuples()}
        best = curve["code"] == 5
        if best.any() and {4, 5} <= counts.keys():
            jump, low, high = newcombe(*counts[5], *counts[4])
            state = "up" if low > 0 else "down" if high < 0 else "no_clear_change"
            curve.loc[best, ["jump", "jump_low", "jump_high", "jump_state"]] = [
                jump,
                low,
                high,
                state,
            ]
        else:
            curve.loc[best, "jump_state"] = "not_comparable"
        curves.append(curve.drop(columns="k"))
    agree(tables, "loyalty_curves", pd.concat(curves), [*by, *PLACE])


# The worked examples


@pytest.fixture(scope="module")
def examples(nodes: dict[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    with build_models(nodes, worked_examples()) as connection:
        yield connection


def test_servqual_gaps_are_those_of_the_worked_example(examples: duckdb.DuckDBPyConnection) -> None:
    found = dict(
        examples.execute(
            "select dimension, gap * 6 / 100 from marts.expectation_gaps "
            "where period_type = 'wave' and org_unit_id = 'all' and touchpoint = 'all'"
        ).fetchall()
    )
    assert found == pytest.approx({**SERVQUAL, "all": -0.858}, abs=1e-6)


def test_shares_of_a_multi_select_exceed_a_hundred(examples: duckdb.DuckDBPyConnection) -> None:
    found = examples.execute(
        "select option, respondent_count, share_of_respondents, share_of_mentions "
        "from marts.multi_answer_shares where period_type = 'wave' and org_unit_id = 'all'"
    ).fetchall()
    assert {option: share for option, _, share, _ in found} == pytest.approx(MENTIONS)
    assert {base for _, base, _, _ in found} == {100}
    assert sum(share for _, _, share, _ in found) == pytest.approx(136)
    assert sum(mentions for *_, mentions in found) == pytest.approx(100)


def test_the_evaluation_table_is_kanos(examples: duckdb.DuckDBPyConnection) -> None:
    found = dict(
        examples.execute(
            "select response_id, category from intermediate.int_kano_answers"
        ).fetchall()
    )
    assert found == {f"r{n}": NAMES[KANO[n // 5][n % 5]] for n in range(25)}
