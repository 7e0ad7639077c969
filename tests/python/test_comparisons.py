"""Comparisons of satisfaction as the models compute them, on random rows, against scipy, numpy and pandas.

The compiled SQL of the models runs on rows of a scratch database, as in test_models_limits.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

ROOT = Path(__file__).resolve().parents[2]
MODELS = (
    "int_change_part_values", "change_parts", "change_part_values",
    "int_version_bridge_cells", "version_bridges",
    "int_programme_ranks", "programme_agreement", "programme_agreement_units",
    "int_item_group_sums", "scale_reliability", "item_reliability",
    "int_agent_peers", "agent_scores",
)  # fmt: skip
WIDE = "decimal(38, 12)"
Run = Callable[..., pd.DataFrame]
Z = stats.norm.ppf(0.975)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The SELECT of each model."""
    home = tmp_path_factory.mktemp("home")
    command = [
        str(Path(sys.executable).parent / "dbt"), "--quiet", "compile", "--select", *MODELS,
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT),
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
    ]  # fmt: skip
    environment = {**os.environ, "EVENKEEL_HOME": str(home), "EVENKEEL_AS_OF": "2026-10-31"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return {path.stem: path.read_text() for path in (home / "target").rglob("compiled/**/*.sql")}


@pytest.fixture(scope="module")
def run(compiled: Mapping[str, str]) -> Run:
    """Build models one after another over given tables (name -> columns and rows); return the last."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("attach ':memory:' as evenkeel")
    for schema in ("staging", "intermediate", "marts", "private"):
        connection.execute(f"create schema evenkeel.{schema}")

    def build(models: Sequence[str], **tables: tuple[str, pd.DataFrame]) -> pd.DataFrame:
        for name, (types, rows) in tables.items():
            schema, _, table = name.partition("__")
            connection.execute(f"create or replace table evenkeel.{schema}.{table} ({types})")
            if len(rows):
                connection.register("rows", rows)
                connection.execute(
                    f"insert into evenkeel.{schema}.{table} by name select * from rows"
                )
                connection.unregister("rows")
        for model in models[:-1]:
            connection.execute(
                f"create or replace table evenkeel.intermediate.{model} as {compiled[model]}"
            )
        return connection.execute(compiled[models[-1]]).df()

    return build


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


def change_tables(answers: pd.DataFrame) -> dict[str, tuple[str, pd.DataFrame]]:
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
            ("programme text, questionnaire_version text, date_day date, part_key text, person_key text, "
            "construct text, concept text, measure text, measured_value decimal(18, 6)"),
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


def score_table(answers: pd.DataFrame) -> dict[str, tuple[str, pd.DataFrame]]:
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


# Reliability

# Chatterjee and Price's survey of clerks, as in R's `attitude`: percent favourable in 30 departments.
ATTITUDE = """
43 51 30 39 61 92 45, 63 64 51 54 63 73 47, 71 70 68 69 76 86 48, 61 63 45 47 54 84 35, 81 78 56 66 71 83 47,
43 55 49 44 54 49 34, 58 67 42 56 66 68 35, 71 75 50 55 70 66 41, 72 82 72 67 71 83 31, 67 61 45 47 62 80 41,
64 53 53 58 58 67 34, 67 60 47 39 59 74 41, 69 62 57 42 55 63 25, 68 83 83 45 59 77 35, 77 77 54 72 79 77 46,
81 90 50 72 60 54 36, 74 85 64 69 79 79 63, 65 60 65 75 55 80 60, 65 70 46 57 75 85 46, 50 58 68 54 64 78 52,
50 40 33 34 43 64 33, 64 61 52 62 66 80 41, 53 66 52 50 63 80 37, 40 37 42 58 50 57 49, 63 54 42 48 66 75 33,
66 77 66 63 88 76 72, 78 75 58 74 80 78 49, 48 57 44 45 51 83 38, 85 85 71 71 77 74 55, 82 82 39 59 64 78 39
"""


def item_tables(scores: np.ndarray) -> dict[str, tuple[str, pd.DataFrame]]:
    """Answers as the models read them, a row of the matrix being a respondent; not a number is no answer."""
    respondents, items = scores.shape
    group = {"survey_id": "s1", "construct": "satisfaction", "grouping": "all", "item_group": "all"}
    members = pd.DataFrame(
        [{**group, "item_code": f"q{item}", "item_count": items} for item in range(items)]
    )
    answers = pd.DataFrame([
        {"response_id": f"r{who}", "survey_id": "s1", "item_code": f"q{item}", "score": scores[who, item]}
        for who in range(respondents)
        for item in range(items)
        if not np.isnan(scores[who, item])
    ])  # fmt: skip
    responses = pd.DataFrame({"response_id": [f"r{who}" for who in range(respondents)]})
    return {
        "intermediate__int_item_groups": (
            "survey_id text, construct text, grouping text, item_group text, item_code text, item_count bigint",
            members,
        ),
        "intermediate__int_survey_scores": (
            "response_id text, survey_id text, item_code text, score decimal(18, 6)",
            answers,
        ),
        "intermediate__int_survey_responses": (
            "response_id text, person_key text, is_counted boolean",
            responses.assign(person_key=responses["response_id"], is_counted=True),
        ),
        "staging__stg_surveys": (
            "survey_id text, programme text, version text",
            pd.DataFrame([{"survey_id": "s1", "programme": "follow_up", "version": "1"}]),
        ),
    }


def attitude() -> np.ndarray:
    rows = ATTITUDE.replace("\n", " ").split(",")
    return np.array([[float(x) for x in row.split()] for row in rows])


def test_alpha_of_rs_attitude_is_84_percent(run: Run) -> None:
    scores = attitude()
    row = run(["int_item_group_sums", "scale_reliability"], **item_tables(scores)).iloc[0]
    assert round(row["alpha"], 2) == 0.84
    # Another formula: mean covariance over mean element of the covariance matrix.
    covariances = np.cov(scores.T)
    k = len(covariances)
    between = (covariances.sum() - np.trace(covariances)) / (k * (k - 1))
    assert row["alpha"] == pytest.approx(k * between / (covariances.sum() / k), rel=1e-9)
    # Feldt's exact limits for parallel items; Bonett's normal ones lie near.
    n = len(scores)
    feldt = [
        1 - (1 - row["alpha"]) * stats.f.ppf(q, n - 1, (n - 1) * (k - 1)) for q in (0.975, 0.025)
    ]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(feldt, abs=0.025)


def test_an_unmarked_reversal_shows_in_its_correlation(run: Run) -> None:
    scores = attitude()
    scores[:, 3] = 100 - scores[:, 3]
    scores[4, 2] = np.nan
    found = run(["int_item_group_sums", "item_reliability"], **item_tables(scores))
    whole = scores[~np.isnan(scores).any(axis=1)]
    for row in found.itertuples():
        item = int(row.item_code[1:])
        rest = np.delete(whole, item, axis=1).sum(axis=1)
        expected = np.corrcoef(whole[:, item], rest)[0, 1]
        assert row.base_count == 29
        assert row.item_total_correlation == pytest.approx(expected, rel=1e-9)
        assert row.missed_reversal == (expected < 0)
    assert found.set_index("item_code").loc["q3", "missed_reversal"]


def test_limits_of_alpha_hold_the_truth(run: Run) -> None:
    rng = np.random.default_rng(8)
    worlds, n, k = 300, 60, 5
    # Parallel items: a common part and an own one of the same spread each have the alpha 5/6.
    scores = rng.normal(size=(worlds, n, 1)) + rng.normal(size=(worlds, n, k))
    totals = scores.sum(axis=2).var(axis=1, ddof=1)
    same = {"construct": "satisfaction", "grouping": "all", "item_group": "all", "item_count": k}
    cells = pd.DataFrame({
        "survey_id": np.repeat([f"s{world}" for world in range(worlds)], k),
        "item_code": np.tile([f"q{item}" for item in range(k)], worlds),
        "variance": scores.var(axis=1, ddof=1).ravel(),
        "total_variance": np.repeat(totals, k),
    }).assign(**same, base_count=n, person_count=n)
    found = run(
        ["scale_reliability"],
        intermediate__int_item_group_sums=(
            ("survey_id text, construct text, grouping text, item_group text, item_code text, item_count bigint, "
            "base_count bigint, person_count bigint, variance double, total_variance double"),
            cells,
        ),
        staging__stg_surveys=(
            "survey_id text, programme text, version text",
            pd.DataFrame(
                {"survey_id": cells["survey_id"].unique(), "programme": "p", "version": "1"}
            ),
        ),
    )
    held = ((found["ci_low"] <= 5 / 6) & (found["ci_high"] >= 5 / 6)).mean()
    assert 0.91 <= held <= 0.98


# Agents


@pytest.fixture(scope="module")
def agents() -> pd.DataFrame:
    """150 worlds of 40 agents, whose true shares are drawn about 80%; two samples of each."""
    rng = np.random.default_rng(9)
    worlds, size, correlation = 150, 40, 0.04
    strength = (1 - correlation) / correlation
    truth = rng.beta(0.8 * strength, 0.2 * strength, (worlds, size)).ravel()
    base = rng.integers(5, 80, worlds * size)
    return pd.DataFrame(
        {
            "period_key": np.repeat([f"{world:03d}" for world in range(worlds)], size),
            "person_key": [f"a{n}" for n in range(worlds * size)],
            "base_count": base,
            "top2_count": rng.binomial(base, truth),
            "truth": 100 * truth,
            "again": 100 * rng.binomial(base, truth) / base,
        }
    ).assign(period_type="year", org_unit_id="u1", job_role="agent")


@pytest.fixture(scope="module")
def scores(run: Run, agents: pd.DataFrame) -> pd.DataFrame:
    types = (
        "period_type text, period_key text, person_key text, org_unit_id text, job_role text, "
        "base_count bigint, top2_count bigint"
    )
    table = (types, agents.drop(columns=["truth", "again"]))
    found = run(["int_agent_peers", "agent_scores"], intermediate__int_agent_sums=table)
    return found.merge(agents[["person_key", "truth", "again", "top2_count"]], on="person_key")


def test_shrunken_shares_are_the_beta_binomials(scores: pd.DataFrame) -> None:
    for _, world in list(scores.groupby("period_key"))[:20]:
        n, k, m = world["base_count"], world["top2_count"], len(world)
        mean = k.sum() / n.sum()
        # Kleinman's moments, as the strength of a prior.
        spread = (n * (k / n - mean) ** 2).sum()
        spare = n.sum() - (n**2).sum() / n.sum() - (m - 1)
        rho = max((spread / (mean * (1 - mean)) - (m - 1)) / spare, 0)
        strength = (1 - rho) / rho if rho else np.inf
        expected = (
            (k + strength * mean) / (n + strength) if rho else pd.Series(mean, index=world.index)
        )
        assert world["shrunken_share"].to_numpy() == pytest.approx(100 * expected.to_numpy())
        assert world["peer_mean"].iloc[0] == pytest.approx(100 * mean)


def test_shrunken_shares_are_nearer_to_the_truth_and_their_intervals_hold_it(
    scores: pd.DataFrame,
) -> None:
    raw = ((scores["top2_share"] - scores["truth"]) ** 2).mean()
    shrunken = ((scores["shrunken_share"] - scores["truth"]) ** 2).mean()
    assert shrunken < 0.7 * raw
    few = scores["base_count"] < 20
    assert ((scores["shrunken_share"] - scores["truth"]) ** 2)[few].mean() < 0.4 * (
        (scores["top2_share"] - scores["truth"]) ** 2
    )[few].mean()
    held = (scores["ci_low"] <= scores["truth"]) & (scores["truth"] <= scores["ci_high"])
    assert 0.93 <= held.mean() <= 0.97
    assert held[few].mean() >= 0.92


def test_reliability_foretells_what_another_sample_would_say(scores: pd.DataFrame) -> None:
    for low, high in ((5, 20), (20, 50), (50, 80)):
        some = scores[scores["base_count"].between(low, high - 1)]
        found = np.corrcoef(some["top2_share"] - 80, some["again"] - 80)[0, 1]
        assert found == pytest.approx(some["reliability"].mean(), abs=0.08)


def test_funnel_limits_leave_out_what_chance_rarely_does(run: Run) -> None:
    rng = np.random.default_rng(10)
    base = rng.integers(60, 200, 4000)
    alike = pd.DataFrame({"base_count": base, "top2_count": rng.binomial(base, 0.75)}).assign(
        period_type="year", period_key="2026", org_unit_id="u1", job_role="agent"
    )
    alike["person_key"] = [f"a{n}" for n in range(len(alike))]
    types = (
        "period_type text, period_key text, person_key text, org_unit_id text, job_role text, "
        "base_count bigint, top2_count bigint"
    )
    found = run(["int_agent_peers", "agent_scores"], intermediate__int_agent_sums=(types, alike))
    shares = found["funnel_state"].value_counts(normalize=True)
    assert shares["inside"] == pytest.approx(0.95, abs=0.012)
    assert shares.reindex(["above_998", "below_998"]).fillna(0).sum() < 0.006
    # Nothing sets them apart, and nearly all of what seems to is taken back.
    assert found["shrunken_share"].std() < 0.1 * found["top2_share"].std()
