"""What agents add, what drives satisfaction, and who stays, is found in the files as planted."""

import math
from itertools import combinations, pairwise, permutations

import numpy as np

from simulate.landed import Landed
from simulate.test_truth import SCORES

ITEMS = ("reach", "knowledge", "promise", "care")


def test_means_of_agents_are_what_is_expected_of_them(small: Landed) -> None:
    agents = small.truth["planted"]["agents"]
    z = [
        (mean - agents[who]["csat_of_responses"]) / math.sqrt(variance / n)
        for who, n, mean, variance in small.rows(
            f"SELECT employee_id, count(*), avg(score), var_samp(score) FROM ({SCORES}) "
            "WHERE employee_id IS NOT NULL GROUP BY 1 HAVING count(*) >= 30"
        )
    ]
    assert len(z) > 60
    assert max(map(abs, z)) < 4.5
    assert 0.85 < math.sqrt(sum(x * x for x in z) / len(z)) < 1.2


def test_agents_differ_as_planted_and_less_than_their_means_say(small: Landed) -> None:
    agents = small.truth["planted"]["agents"]
    rows = small.rows(
        "SELECT org_unit_id, employee_id, count(*), avg(score), "
        f"sum((score - mine) ** 2) FROM (SELECT *, avg(score) OVER (PARTITION BY org_unit_id, "
        f"employee_id) AS mine FROM ({SCORES}) WHERE employee_id IS NOT NULL) GROUP BY 1, 2"
    )
    _, team = np.unique([row[0] for row in rows], return_inverse=True)
    touch = np.array([agents[row[1]]["satisfaction"] for row in rows])
    n = np.array([row[2] for row in rows], float)
    mean = np.array([row[3] for row in rows])
    within = sum(row[4] for row in rows) / (n.sum() - len(n))

    def centred(x: np.ndarray) -> np.ndarray:
        return np.asarray(x - (np.bincount(team, n * x) / np.bincount(team, n))[team])

    x, y = centred(touch), centred(mean)
    variation = float((n * x * x).sum())
    slope = float((n * x * y).sum()) / variation
    assert slope > 6 * math.sqrt(within / variation)
    # One step of feeling moves a score by about a sixth of the scale.
    assert 11 < slope < 22
    between = float((n * y * y).sum() - within * (len(n) - team.max() - 1)) / n.sum()
    explained = slope**2 * variation / n.sum()
    assert 0.5 * explained < between < 2.0 * explained
    assert between < 0.5 * float((n * y * y).sum()) / n.sum()


def test_what_drives_satisfaction_comes_in_the_planted_order(small: Landed) -> None:
    weights = small.truth["planted"]["drivers"]
    assert set(weights) == set(ITEMS)
    assert math.isclose(sum(weights.values()), 1)
    columns = ", ".join(
        f"max(answer_value::DOUBLE) FILTER (item_code = '{code}')" for code in ("overall", *ITEMS)
    )
    rows = small.rows(
        f"SELECT {columns} FROM survey_answers JOIN survey_responses USING (response_id) "
        "WHERE survey_id = 'post-contact-v1' AND is_test = 'false' GROUP BY response_id"
    )
    data = np.array([row for row in rows if None not in row], float)
    data = (data - data.mean(axis=0)) / data.std(axis=0)
    y, x = data[:, 0], data[:, 1:]
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    residual = float(((y - x @ beta) ** 2).mean())
    order = sorted(range(len(ITEMS)), key=lambda i: -float(weights[ITEMS[i]]))
    for high, low in pairwise(order):
        spread = inverse[high, high] + inverse[low, low] - 2 * inverse[high, low]
        assert beta[high] - beta[low] > math.sqrt(residual * spread)
    assert [int(i) for i in np.argsort(-_shapley(x, y))] == order


def _shapley(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return what each column adds to R2, on average over all orders of the columns."""

    def explained(columns: frozenset[int]) -> float:
        part = x[:, sorted(columns)]
        fitted = part @ np.linalg.lstsq(part, y, rcond=None)[0]
        return float((fitted @ y) / (y @ y))

    places = range(x.shape[1])
    r2 = {
        frozenset(some): explained(frozenset(some)) if some else 0.0
        for size in range(len(places) + 1)
        for some in combinations(places, size)
    }
    gains = np.zeros(len(places))
    for order in permutations(places):
        for place in places:
            before = frozenset(order[:place])
            gains[order[place]] += r2[before | {order[place]}] - r2[before]
    return gains / math.factorial(len(places))


def test_only_the_fully_satisfied_are_loyal(small: Landed) -> None:
    planted = small.truth["planted"]["loyalty"]
    rows = small.rows(f"""
        SELECT b.item_code, a.answer_value, count(*),
               count(*) FILTER (b.answer_value::INT >= {planted["loyal_from"]})
        FROM survey_answers a JOIN survey_answers b USING (response_id)
        JOIN survey_responses r USING (response_id) JOIN surveys s USING (survey_id)
        WHERE s.programme = '{planted["survey"]}' AND a.item_code = 'overall'
          AND b.item_code IN ('recommend', 'stay') GROUP BY 1, 2
    """)
    assert len(rows) == 2 * 7
    for item, code, n, loyal in rows:
        share = planted[item][code]
        assert abs(loyal - n * share) < 4 * math.sqrt(n * share * (1 - share)), (item, code)
    for item in ("recommend", "stay"):
        assert planted[item]["7"] > 2 * planted[item]["6"]


def test_as_many_customers_of_each_tier_leave_as_expected(
    small: Landed, worlds: list[Landed]
) -> None:
    for landed in (small, *worlds):
        left = dict(
            landed.rows("SELECT tier, count(*) FROM customers WHERE left_on IS NOT NULL GROUP BY 1")
        )
        for tier, expected in landed.truth["planted"]["leaving"]["expected"].items():
            wanted = expected["leavers"]
            assert abs(left.get(tier, 0) - wanted) < 4 * math.sqrt(wanted), tier
    planted = small.truth["planted"]["leaving"]
    rates = {
        tier: left / expected["customer_months"]
        for (tier, left), expected in (
            ((tier, left), planted["expected"][tier])
            for tier, left in small.rows(
                "SELECT tier, count(*) FROM customers WHERE left_on IS NOT NULL GROUP BY 1"
            )
        )
    }
    assert sorted(rates, key=lambda tier: -rates[tier]) == ["basic", "silver", "gold"]


def test_who_has_left_buys_no_more(small: Landed) -> None:
    assert small.one("""
        SELECT count(*) FROM purchases p JOIN customers c USING (customer_id)
        WHERE c.left_on IS NOT NULL AND p.purchased_on > c.left_on
    """) == 0  # fmt: skip


def test_the_outside_firm_hears_lower_answers_of_the_same_customers(small: Landed) -> None:
    """Region by region, as its strata are, each region counting as it does in its own frame."""
    assert small.truth["planted"]["third_party_offset"] < 0
    z = []
    for programme, lowest, steps in (("relationship", 1, 6), ("third_party", 1, 9)):
        mean, error = small.rows(f"""
            WITH x AS (
                SELECT r.weight::DOUBLE AS w,
                       100 * (a.answer_value::DOUBLE - {lowest}) / {steps} AS x
                FROM survey_answers a JOIN survey_responses r USING (response_id)
                JOIN surveys s USING (survey_id)
                WHERE s.programme = '{programme}' AND a.item_code = 'overall'
            ),
            m AS (SELECT sum(w * x) / sum(w) AS mean FROM x)
            SELECT any_value(mean), sqrt(sum((w * (x - mean)) ** 2)) / sum(w) FROM x, m
        """)[0]
        z.append((mean, error))
    (own, own_error), (outside, outside_error) = z
    assert own - outside > 2 * math.hypot(own_error, outside_error)
