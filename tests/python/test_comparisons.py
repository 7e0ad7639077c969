"""Comparisons of satisfaction as the models compute them, on random rows, against scipy and pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from compiled_models import Run, Table, compile_models, runner
from scipy import stats

MODELS = (
    "int_change_part_values", "change_parts",
    "int_version_bridge_cells", "version_bridges",
    "int_programme_ranks", "programme_agreement", "programme_agreement_units",
)  # fmt: skip
WIDE = "decimal(38, 12)"
Z = stats.norm.ppf(0.975)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(compile_models(MODELS, tmp_path_factory.mktemp("home")))


# Mix and rate


def sums_of(answers: pd.DataFrame) -> pd.DataFrame:
    """Sums of answers by month, whole and by tier."""
    rows = []
    for cut, column in (("all", None), ("tier", "tier")):
        keys = ["period_key", "org_unit_id", *([column] if column else [])]
        cells = answers.groupby(keys)["score"].agg(base_count="count", value_sum="sum")
        cells = cells.reset_index().assign(slice=cut)
        rows.append(cells.assign(slice_value=cells[column] if column else "all"))
    found = pd.concat(rows).drop(columns="tier")
    return found.assign(metric_id="csat", weighting="none", period_type="month")


def change_tables(answers: pd.DataFrame) -> dict[str, Table]:
    cell = "period_type text, period_key text, org_unit_id text, slice text, slice_value text"
    metric = {
        "metric_id": "csat", "domain": "satisfaction", "method": "mean", "fact": "fct_survey_answers",
        "measure": "overall_score", "factor": 1, "privacy_class": "customer_survey",
    }  # fmt: skip
    months = pd.DataFrame(
        [("2026-09", None), ("2026-10", "2026-09")], columns=["period_key", "previous_key"]
    ).assign(period_type="month", is_complete=True, year_ago_key=None)
    nothing = pd.DataFrame()
    return {
        "marts__metrics": (
            "metric_id text, domain text, method text, fact text, measure text, factor int, privacy_class text",
            pd.DataFrame([metric]),
        ),
        "marts__fct_survey_responses": ("programme text, is_pooled boolean", nothing),
        "marts__periods": (
            "period_type text, period_key text, is_complete boolean, previous_key text, year_ago_key text",
            months,
        ),
        "intermediate__int_metric_sums": (
            f"metric_id text, weighting text, {cell}, base_count bigint, value_sum {WIDE}",
            sums_of(answers),
        ),
        "intermediate__int_survey_persons": (
            f"fact text, measure text, {cell}, person_count bigint",
            nothing,
        ),
        "intermediate__int_version_breaks": (
            f"comparison text, fact text, measure text, {cell}",
            nothing,
        ),
    }


def test_mix_and_rate_are_kitagawas_and_add_up(run: Run) -> None:
    rng = np.random.default_rng(5)
    size = 20_000
    months = rng.choice(["2026-09", "2026-10"], size)
    tiers = np.where(
        months == "2026-09",
        rng.choice(list("abcd"), size, p=[0.4, 0.3, 0.2, 0.1]),
        rng.choice(list("bcde"), size, p=[0.1, 0.2, 0.3, 0.4]),
    )
    answers = pd.DataFrame(
        {
            "period_key": months,
            "tier": tiers,
            "org_unit_id": rng.choice([f"u{n}" for n in range(20)], size),
            "score": rng.integers(0, 7, size) / 6 * 100,
        }
    )
    answers["score"] = answers["score"].round(6)
    found = run(["int_change_part_values", "change_parts"], **change_tables(answers))
    assert len(found) == 20
    assert set(found["state"]) == {"ok"}
    for row in found.itertuples():
        mine = answers[answers["org_unit_id"] == row.org_unit_id]
        cells = mine.groupby(["period_key", "tier"])["score"].agg(["count", "mean"]).unstack(0)
        share = cells["count"].fillna(0) / cells["count"].sum()
        rate = cells["mean"].bfill(axis=1).ffill(axis=1)
        mix = (rate.mean(axis=1) * (share["2026-10"] - share["2026-09"])).sum()
        own = (share.mean(axis=1) * (rate["2026-10"] - rate["2026-09"])).sum()
        means = mine.groupby("period_key")["score"].mean()
        assert row.total_change == pytest.approx(means["2026-10"] - means["2026-09"], abs=1e-9)
        assert (row.mix_effect, row.rate_effect) == pytest.approx((mix, own), abs=1e-9)
        assert row.mix_effect + row.rate_effect == pytest.approx(row.total_change, abs=1e-9)
        assert row.value_count == 5


def test_a_total_that_rises_while_every_group_falls_is_told(run: Run) -> None:
    # Kidney stones (Charig 1986): of one treatment 93 and 73% went well, of the other 87 and 69%, and more in all.
    stones = {("2026-09", "small"): (87, 81), ("2026-09", "large"): (263, 192)}
    stones |= {("2026-10", "small"): (270, 234), ("2026-10", "large"): (80, 55)}
    rows = [
        (month, tier, "all", 100.0 * (n < good))
        for (month, tier), (base, good) in stones.items()
        for n in range(base)
    ]
    answers = pd.DataFrame(rows, columns=["period_key", "tier", "org_unit_id", "score"])
    row = run(["int_change_part_values", "change_parts"], **change_tables(answers)).iloc[0]
    assert row["total_change"] == pytest.approx(100 * (289 - 273) / 350)
    assert row["rate_effect"] < 0 < row["mix_effect"]
    assert row["sign_conflict"]


# Versions


def test_bridges_have_welchs_and_newcombes_limits(run: Run) -> None:
    rng = np.random.default_rng(6)
    rows = []
    for version, size, mean in (("1", 140, 3.4), ("2", 60, 3.9)):
        for n in range(size):
            score = 25.0 * np.clip(round(rng.normal(mean, 1)), 1, 5) - 25
            for measure, value in (("overall_score", score), ("overall_top2", float(score >= 75))):
                rows.append(
                    (version, f"2026-09-{1 + n % 28:02d}", f"p{version}{n}", measure, value)
                )
    names = ["questionnaire_version", "date_day", "person_key", "measure", "measured_value"]
    answers = pd.DataFrame(rows, columns=names).assign(
        programme="follow_up", part_key="2026-09", construct="o", concept="o"
    )
    surveys = pd.DataFrame(
        [("2", "2026-09-01"), ("1", "2026-01-01")], columns=["version", "opened_on"]
    ).assign(programme="follow_up", subject="customer")
    found = run(
        ["int_version_bridge_cells", "version_bridges"],
        staging__stg_surveys=(
            "programme text, version text, subject text, opened_on date",
            surveys,
        ),
        intermediate__int_version_answers=(
            (
                "programme text, questionnaire_version text, date_day date, part_key text, person_key text, "
                "construct text, concept text, measure text, measured_value decimal(18, 6)"
            ),
            answers,
        ),
    ).set_index("measure")
    new, old = (
        answers[answers["questionnaire_version"] == version].pivot_table(
            index="person_key", columns="measure", values="measured_value"
        )
        for version in ("2", "1")
    )
    row = found.loc["overall_score"]
    welch = stats.ttest_ind(new["overall_score"], old["overall_score"], equal_var=False)
    limits = welch.confidence_interval(0.95)
    assert (row["old_version"], row["new_version"], row["state"]) == ("1", "2", "ok")
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(
        (limits.low, limits.high), rel=1e-8
    )
    row = found.loc["overall_top2"]
    shares, wilson = [], []
    for side in (new, old):
        k, n = int(side["overall_top2"].sum()), len(side)
        interval = stats.binomtest(k, n).proportion_ci(method="wilson")
        shares.append(k / n)
        wilson.append((interval.low, interval.high))
    (p, q), ((l1, u1), (l2, u2)) = shares, wilson
    expected = (p - q - np.hypot(p - l1, u2 - q), p - q + np.hypot(u1 - p, q - l2))
    assert (row["difference_low"] / 100, row["difference_high"] / 100) == pytest.approx(
        expected, rel=1e-9
    )
    assert (row["base_count"], row["old_base_count"], row["period_count"]) == (60, 140, 1)


# Programmes


SIDES = ("internal", "external")
GROUP = ["period_type", "period_key", "is_complete", "internal_programme", "external_programme"]


@pytest.fixture(scope="module")
def two_programmes() -> pd.DataFrame:
    """Answers about 14 units by both sides, on a scale of five, so that units tie."""
    rng = np.random.default_rng(7)
    level = rng.normal(3.6, 0.5, 14)
    rows = [
        (f"u{unit:02d}", side, 25.0 * np.clip(round(rng.normal(level[unit] + shift, 1)), 1, 5) - 25)
        for unit in range(14)
        for side, shift, size in (("internal", 0.3, 12), ("external", 0, 8))
        for _ in range(size)
    ]
    return pd.DataFrame(rows, columns=["org_unit_id", "side", "score"])


def score_table(answers: pd.DataFrame) -> dict[str, Table]:
    cells = answers.assign(square=answers["score"] ** 2).groupby(["org_unit_id", "side"])
    wide = cells.agg(
        base_count=("score", "count"), value_sum=("score", "sum"),
        value_sum_squares=("square", "sum"), value=("score", "mean"),
    ).unstack("side")  # fmt: skip
    wide.columns = pd.Index([f"{side}_{name}" for name, side in wide.columns])
    rows = wide.reset_index().assign(
        period_type="half", period_key="2026-H1", is_complete=True, internal_programme="all",
        external_programme="third_party", org_level="site", is_same_scale=True, is_small=False,
    )  # fmt: skip
    types = ", ".join(
        f"{side}_base_count bigint, {side}_value_sum {WIDE}, {side}_value_sum_squares {WIDE}, {side}_value {WIDE}"
        for side in SIDES
    )
    keys = (
        "period_type text, period_key text, is_complete boolean, internal_programme text, external_programme text, "
        "org_level text, org_unit_id text, is_same_scale boolean, is_small boolean"
    )
    return {"intermediate__int_programme_scores": (f"{keys}, {types}", rows)}


def test_agreement_is_scipys(run: Run, two_programmes: pd.DataFrame) -> None:
    table = score_table(two_programmes)
    row = run(["int_programme_ranks", "programme_agreement"], **table).iloc[0]
    means = two_programmes.groupby(["org_unit_id", "side"])["score"].mean().unstack()
    internal, external = means["internal"], means["external"]
    assert internal.duplicated().any() and external.duplicated().any()
    assert row["unit_count"] == 14
    assert row["spearman"] == pytest.approx(stats.spearmanr(internal, external).statistic)
    assert row["kendall"] == pytest.approx(stats.kendalltau(internal, external).statistic)
    differences = internal - external
    limits = stats.ttest_1samp(differences, 0).confidence_interval(0.95)
    assert row["mean_offset"] == pytest.approx(differences.mean())
    assert (row["mean_offset_low"], row["mean_offset_high"]) == pytest.approx(tuple(limits))
    spread = Z * differences.std(ddof=1)
    assert row["agreement_low"] == pytest.approx(differences.mean() - spread)
    assert row["agreement_high"] == pytest.approx(differences.mean() + spread)
    pools = [two_programmes.loc[two_programmes["side"] == side, "score"] for side in SIDES]
    limits = stats.ttest_ind(*pools, equal_var=False).confidence_interval(0.95)
    assert (row["pooled_offset_low"], row["pooled_offset_high"]) == pytest.approx(tuple(limits))


def test_the_difference_about_a_unit_has_welchs_limits(
    run: Run, two_programmes: pd.DataFrame
) -> None:
    found = run(["programme_agreement_units"], **score_table(two_programmes))
    for row in found.itertuples():
        mine = two_programmes[two_programmes["org_unit_id"] == row.org_unit_id]
        pools = [mine.loc[mine["side"] == side, "score"] for side in SIDES]
        limits = stats.ttest_ind(*pools, equal_var=False).confidence_interval(0.95)
        assert (row.difference_low, row.difference_high) == pytest.approx(tuple(limits))
