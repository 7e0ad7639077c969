"""Whether questions go together, and what is known of single agents: the models against scipy and numpy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from compiled_models import Run, Table, compile_models, runner
from scipy import stats

MODELS = (
    "int_item_group_sums", "scale_reliability", "item_reliability",
    "int_agent_peers", "agent_scores",
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(compile_models(MODELS, tmp_path_factory.mktemp("home")))


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


def item_tables(scores: np.ndarray) -> dict[str, Table]:
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
    cells = pd.DataFrame(
        {
            "survey_id": np.repeat([f"s{world}" for world in range(worlds)], k),
            "item_code": np.tile([f"q{item}" for item in range(k)], worlds),
            "variance": scores.var(axis=1, ddof=1).ravel(),
            "total_variance": np.repeat(totals, k),
        }
    ).assign(**same, base_count=n, person_count=n)
    found = run(
        ["scale_reliability"],
        intermediate__int_item_group_sums=(
            (
                "survey_id text, construct text, grouping text, item_group text, item_code text, item_count bigint, "
                "base_count bigint, person_count bigint, variance double, total_variance double"
            ),
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
