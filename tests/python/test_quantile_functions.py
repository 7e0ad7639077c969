"""The quantile functions written as SQL arithmetic, against scipy."""

import numpy as np
import pytest
from scipy import stats
from sql_macros import evaluate

COUNTS = [0, 1, 2, 3, 9, 10, 57, 999, 10_000, 123_456, 10_000_000]


def test_t_quantile_agrees_for_whole_and_fractional_degrees_of_freedom() -> None:
    df = [1.0, 1.01, 1.5, 2.0, 2.7, 5.0, 12.3, 29.0, 100.0, 1e3, 1e5, 1e8]
    expected = stats.t.ppf(0.975, df)
    np.testing.assert_allclose(
        evaluate("t_quantile('u')", u=[1 / x for x in df]), expected, rtol=1e-9
    )


def test_poisson_limits_are_garwoods() -> None:
    counts = np.array(COUNTS, dtype=float)
    low = np.where(counts > 0, stats.chi2.ppf(0.025, 2 * counts) / 2, 0)
    high = stats.chi2.ppf(0.975, 2 * counts + 2) / 2
    np.testing.assert_allclose(evaluate("poisson_low('k')", k=COUNTS), low, rtol=1e-9)
    np.testing.assert_allclose(evaluate("poisson_high('k')", k=COUNTS), high, rtol=1e-9)


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.95])
@pytest.mark.parametrize(("side", "tail"), [("low", 0.025), ("high", 0.975)])
def test_order_ranks_beyond_the_seed_are_the_binomials(
    quantile: float, side: str, tail: float
) -> None:
    n = np.unique(np.concatenate([np.arange(301, 3000), np.geomspace(3000, 1e6, 2000).astype(int)]))
    smallest = stats.binom.ppf(tail, n, quantile)
    expected = smallest if side == "low" else smallest + 1
    columns = {"base_count": n.astype(float).tolist(), "quantile": [quantile] * len(n)}
    got = evaluate(f"order_rank('{side}') | replace('counted.', '')", **columns)
    np.testing.assert_array_equal(got, expected)


def test_newton_reaches_clopper_pearson_from_the_poisson_start() -> None:
    pairs = [
        (k, k + m) for k in range(10) for m in (*range(k, 40), 99, 1000, 50_000) if k + k + m > 0
    ]
    k = np.array([float(a) for a, _ in pairs])
    n = np.array([float(a + b) for a, b in pairs])
    low = evaluate("share_start('low')", k=k.tolist(), n=n.tolist())
    high = evaluate("share_start('high')", k=k.tolist(), n=n.tolist())
    for _ in range(5):
        low = evaluate("newton_step('low', 'k - 1')", k=k.tolist(), n=n.tolist(), low=low)
        high = evaluate("newton_step('high', 'k')", k=k.tolist(), n=n.tolist(), high=high)
    exact_low = np.where(k > 0, stats.beta.ppf(0.025, np.maximum(k, 1), n - k + 1), 0)
    exact_high = stats.beta.ppf(0.975, k + 1, np.maximum(n - k, 1))
    np.testing.assert_allclose(low, exact_low, rtol=1e-9)
    np.testing.assert_allclose(high, exact_high, rtol=1e-9)
