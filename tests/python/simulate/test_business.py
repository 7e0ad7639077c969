"""Purchases, volumes, costs and what comes from outside agree with the rest of the world."""

import csv
import math

from simulate.landed import ROOT, Landed


def test_volumes_agree_with_customers_and_purchases(worlds: list[Landed], small: Landed) -> None:
    for landed in (*worlds, small):
        differences = landed.one("""
            SELECT count(*) FROM (
                SELECT org_unit_id, extracted_on, count(*) AS subscribers,
                       count(*) FILTER (segment = 'residential') AS households
                FROM customers WHERE left_on IS NULL GROUP BY 1, 2
            ) c JOIN unit_volumes v ON v.org_unit_id = c.org_unit_id AND v.month = extracted_on
            WHERE measure = 'subscribers' AND quantity::INT <> subscribers
               OR measure = 'households' AND quantity::INT <> households
        """)
        assert differences == 0
        signed = """
            SELECT org_unit_id, month, quantity::INT AS signings FROM unit_volumes
            WHERE measure = 'signings' AND quantity::INT > 0
        """
        bought = """
            SELECT org_unit_id, left(purchased_on, 7) || '-01', count(*)::INT
            FROM purchases GROUP BY 1, 2
        """
        assert set(landed.rows(signed)) == set(landed.rows(bought))
        areas = landed.rows("""
            SELECT count(DISTINCT quantity), min(quantity::INT) FROM unit_volumes
            WHERE measure = 'area_m2' GROUP BY org_unit_id
        """)
        assert all(kinds == 1 and area > 100 for kinds, area in areas)
        assert landed.one("SELECT count(DISTINCT measure) FROM unit_volumes") == 5


def test_purchases_are_by_customers_of_the_unit_while_they_are_customers(small: Landed) -> None:
    wrong = small.one("""
        SELECT count(*) FROM purchases LEFT JOIN (
            SELECT customer_id, min(since_on) AS since_on, max(left_on) AS left_on,
                   any_value(org_unit_id) AS site, any_value(acquisition_source) AS source
            FROM customers GROUP BY 1
        ) USING (customer_id)
        WHERE since_on IS NULL OR purchased_on < since_on OR purchased_on >= left_on
           OR site <> org_unit_id OR amount::DOUBLE <= 0 OR referred_by_customer_id = customer_id
           OR (referred_by_customer_id IS NOT NULL) <> (source = 'referral' AND customer_id <> '0000001')
    """)
    assert wrong == 0
    twice = """
        SELECT count(*) FROM (SELECT customer_id FROM purchases GROUP BY 1
        HAVING count(DISTINCT referred_by_customer_id) > 1)
    """
    assert small.one(twice) == 0


def test_as_many_buy_again_as_expected(worlds: list[Landed], small: Landed) -> None:
    for landed in (*worlds, small):
        truth = landed.truth["expected"]["buying_again"]
        bought = landed.one("""
            SELECT count(*) FROM purchases JOIN (
                SELECT customer_id, min(since_on) AS since_on FROM customers GROUP BY 1
            ) USING (customer_id)
            WHERE purchased_on <> since_on OR right(since_on, 2) = '01'
        """)
        z = (bought - truth["purchases"]) / math.sqrt(truth["variance"])
        assert abs(z) < 4


def test_goodwill_makes_customers_buy_again(small: Landed) -> None:
    (unsolved, bought_1), (solved, bought_2) = small.rows("""
        WITH experience AS (
            SELECT customer_id, date_trunc('month', started_at) + INTERVAL 1 MONTH AS month,
                   bool_and(agent_marked_resolved) AS is_solved
            FROM contacts WHERE outcome = 'answered' GROUP BY 1, 2
        )
        SELECT count(*), count(*) FILTER (EXISTS (
            FROM purchases p WHERE p.customer_id = e.customer_id
             AND date_trunc('month', purchased_on::DATE) = e.month))
        FROM experience e WHERE e.month < '2026-10-31' GROUP BY is_solved ORDER BY is_solved
    """)
    assert small.truth["planted"]["buying_again"]["goodwill_log_odds"] > 0
    ratio = (bought_2 / solved) / (bought_1 / unsolved)
    error = math.sqrt(1 / bought_1 + 1 / bought_2)
    assert math.log(ratio) / error > 4


def test_the_cost_of_a_head_is_recovered(worlds: list[Landed], small: Landed) -> None:
    for landed in (*worlds, small):
        n, slope, constant, spread, mean = landed.rows("""
            SELECT count(*), regr_slope(amount::DOUBLE, heads), regr_intercept(amount::DOUBLE, heads),
                   regr_sxx(amount::DOUBLE, heads), avg(heads)
            FROM costs c JOIN (
                SELECT org_unit_id, extracted_on, count(*) AS heads
                FROM employees WHERE left_on IS NULL GROUP BY 1, 2
            ) e ON e.org_unit_id = c.org_unit_id AND e.extracted_on = c.month
            WHERE cost_type = 'staff'
        """)[0]
        planted = landed.truth["planted"]["costs"]
        assert n == landed.one("SELECT count(*) FROM costs WHERE cost_type = 'staff'")
        assert abs(slope - planted["pay_per_head"]) < 4 * planted["noise"] / math.sqrt(spread)
        error = planted["noise"] * math.sqrt(1 / n + mean**2 / spread)
        assert abs(constant - planted["team_constant"]) < 4 * error


def test_vendors_charge_their_rate_and_pay_where_they_were_late(
    worlds: list[Landed], small: Landed
) -> None:
    paid = 0
    for landed in (*worlds, small):
        planted = landed.truth["planted"]["costs"]
        bills = landed.rows("""
            SELECT vendor_id, amount::DOUBLE, answered FROM costs c JOIN (
                SELECT org_unit_id, date_trunc('month', started_at) AS month,
                       count(*) FILTER (outcome = 'answered') AS answered
                FROM contacts GROUP BY 1, 2
            ) x ON x.org_unit_id = c.org_unit_id AND x.month = c.month::DATE
            WHERE cost_type = 'vendor'
        """)
        assert all(abs(a - n * planted["rates"][vendor]) < 0.01 for vendor, a, n in bills)
        late = landed.rows(f"""
            WITH answered AS (
                SELECT parent_org_unit_id AS site, date_trunc('month', started_at)::DATE AS month,
                       count(*) FILTER (
                           queue_seconds <= {planted["service_level_seconds"]}
                           AND outcome = 'answered'
                       ) AS in_time,
                       count(*) FILTER (
                           outcome = 'answered'
                           OR queue_seconds > {planted["service_level_seconds"]}
                       ) AS counted
                FROM contacts JOIN org_units USING (org_unit_id)
                WHERE vendor_id IS NOT NULL AND direction = 'inbound'
                 AND channel IN ('voice', 'chat') AND outcome IN ('answered', 'abandoned')
                GROUP BY 1, 2
            )
            SELECT site, answered.month::VARCHAR, sum(amount::DOUBLE) FROM answered
            JOIN org_units u ON parent_org_unit_id = site
            JOIN costs c ON c.org_unit_id = u.org_unit_id AND c.month = answered.month
            WHERE in_time < {planted["service_level"]} * counted AND cost_type = 'vendor'
            GROUP BY 1, 2
        """)
        expected = {(site, month): -planted["penalty_share"] * bill for site, month, bill in late}
        penalties = {
            (site, month): float(amount)
            for site, month, amount in landed.rows(
                "SELECT org_unit_id, month, amount FROM costs WHERE cost_type = 'vendor_penalty'"
            )
        }
        assert penalties.keys() == expected.keys()
        assert all(abs(penalties[cell] - expected[cell]) < 0.011 for cell in expected)
        paid += len(penalties)
    assert paid > 0


def test_vendors_screens_are_right_but_for_rounding_and_one_month(
    worlds: list[Landed], small: Landed
) -> None:
    for landed in (*worlds, small):
        wrong = []
        rows = landed.rows("""
            WITH truth AS (
                SELECT parent_org_unit_id AS site, date_trunc('month', started_at)::DATE AS month,
                       count(*) AS offered,
                       100 * avg((outcome = 'answered')::INT) AS rate,
                       avg(talk_seconds + coalesce(hold_seconds, 0)
                           + coalesce(after_contact_seconds, 0)) AS handling
                FROM contacts JOIN org_units USING (org_unit_id)
                WHERE vendor_id IS NOT NULL AND direction = 'inbound'
                 AND outcome NOT IN ('ivr_contained', 'ivr_abandoned')
                GROUP BY 1, 2
            )
            SELECT reported_by, metric_id, period_start, org_unit_id, reported_value::DOUBLE,
                   CASE metric_id WHEN 'contacts_offered' THEN offered
                   WHEN 'answer_rate' THEN rate ELSE handling END
            FROM reported_figures JOIN truth ON site = org_unit_id AND month::VARCHAR = period_start
            WHERE period_type = 'month'
        """)
        tolerance = {"contacts_offered": 0.0, "answer_rate": 0.0501, "aht_seconds": 0.501}
        for by, metric, month, unit, reported, true in rows:
            if abs(reported - true) > tolerance[metric]:
                wrong.append((by, metric, month, unit))
                planted = landed.truth["planted"]["reported_figures"]["wrong"]
                assert abs(reported - true - planted["discrepancy"]) < 0.0501
        names = ("reported_by", "metric_id", "period_start", "org_unit_id")
        assert wrong == [tuple(planted[name] for name in names)]


def test_the_bought_study_agrees_with_its_responses(worlds: list[Landed], small: Landed) -> None:
    for landed in (*worlds, small):
        rows = landed.rows("""
            SELECT metric_id, reported_value::DOUBLE, n, score FROM reported_figures JOIN (
                SELECT any_value(opened_on) AS opened_on, count(*) AS n,
                       avg((answer_value::INT - 1) / 9 * 100) AS score
                FROM survey_answers JOIN survey_responses USING (response_id)
                JOIN surveys USING (survey_id)
                WHERE programme = 'third_party' AND item_code = 'overall' GROUP BY survey_id
            ) ON opened_on = period_start WHERE period_type = 'wave'
        """)
        assert len(rows) >= 2
        for metric, reported, n, score in rows:
            assert abs(reported - (n if metric == "responses" else score)) < 0.0501


def test_metrics_of_others_are_metrics_of_the_catalogue(landed: Landed) -> None:
    with (ROOT / "seeds" / "metrics.csv").open(encoding="utf-8") as lines:
        metrics = {row["metric_id"] for row in csv.DictReader(lines)}
    for entity in ("benchmarks", "reported_figures"):
        named = {metric for (metric,) in landed.rows(f"SELECT DISTINCT metric_id FROM {entity}")}
        assert named <= metrics
    disorder = landed.one("""
        SELECT count(*) FROM benchmarks WHERE NOT (percentile_25::DOUBLE < percentile_50::DOUBLE
         AND percentile_50::DOUBLE < percentile_75::DOUBLE)
    """)
    assert disorder == 0
    halves = landed.rows("SELECT DISTINCT right(period_start, 5) FROM benchmarks ORDER BY 1")
    assert halves == [("01-01",), ("07-01",)]


def test_only_those_who_left_long_ago_ask_to_be_forgotten(worlds: list[Landed]) -> None:
    for landed in worlds:
        asked = landed.rows("""
            SELECT subject_type, requested_on, coalesce(c.left_on, e.left_on) FROM erasures
            LEFT JOIN (SELECT customer_id, max(left_on) AS left_on FROM customers GROUP BY 1) c
              ON customer_id = subject_id AND subject_type = 'customer'
            LEFT JOIN (SELECT employee_id, max(left_on) AS left_on FROM employees GROUP BY 1) e
              ON employee_id = subject_id AND subject_type = 'employee'
        """)
        kinds = [kind for kind, *_ in asked]
        assert (kinds.count("customer"), kinds.count("employee")) == (5, 1)
        assert all(left and left < requested for _, requested, left in asked)


def test_every_question_has_its_chinese_wording_and_most_have_groups(landed: Landed) -> None:
    without = landed.one("""
        SELECT count(*) FROM survey_items
        WHERE NOT coalesce(regexp_matches(item_text_zh, '[\u4e00-\u9fff]{4}'), false)
    """)
    assert without == 0
    groups = landed.one("""
        SELECT count(*) FROM survey_item_groups ANTI JOIN survey_items USING (survey_id, item_code)
    """)
    assert groups == 0
    groupings = landed.rows("SELECT DISTINCT grouping FROM survey_item_groups ORDER BY 1")
    assert groupings == [("benefit",), ("factor",), ("need",), ("object",)]
