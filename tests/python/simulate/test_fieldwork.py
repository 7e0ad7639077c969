"""Who is asked, reached and heard after a contact, how far and how fast, is found as planted."""

import math
from typing import Any

import numpy as np
import pytest

from simulate.landed import Landed
from simulate.test_truth import UNIT_OF_TEAM

TIERS = ("basic", "silver", "gold")

# Invitations after a contact with the site that the team belonged to, the tier that the customer
# had by the last extract, and how many were sent to the customer after other contacts just before.
INVITED = f"""
    WITH extracts AS (
        SELECT customer_id, tier, extracted_on,
               coalesce(lead(extracted_on) OVER (
                   PARTITION BY customer_id ORDER BY extracted_on
               ), '9999-12-31') AS until
        FROM customers
    ),
    mine AS (
        SELECT *, least(2, count(*) OVER (
            PARTITION BY customer_id ORDER BY sent_at::TIMESTAMP
            RANGE BETWEEN INTERVAL 30 DAYS PRECEDING AND CURRENT ROW
        ) - 1) AS recent
        FROM survey_invitations WHERE survey_id LIKE 'post-contact-v_'
    )
    SELECT mine.*, u.org_unit_id AS site_id, coalesce(e.tier, 'basic') AS tier
    FROM mine
    JOIN ({UNIT_OF_TEAM}) u ON u.team_id = mine.org_unit_id AND u.org_unit_id LIKE 'S%'
     AND mine.sent_at >= u.valid_from AND mine.sent_at < u.valid_to
    LEFT JOIN extracts e ON e.customer_id = mine.customer_id
     AND mine.sent_at >= e.extracted_on AND mine.sent_at < e.until
"""
SCORED = """
    SELECT i.site_id, i.tier, i.channel, i.survey_id, i.sent_at,
           CASE q.scale WHEN 'likert5' THEN (a.answer_value::DOUBLE - 1) * 25
                        WHEN 'score10' THEN (a.answer_value::DOUBLE - 1) * 100 / 9 END AS score
    FROM invited i JOIN survey_responses r USING (invitation_id)
    JOIN survey_answers a USING (response_id)
    JOIN survey_items q ON q.survey_id = r.survey_id AND q.item_code = a.item_code
    WHERE a.item_code = 'overall'
"""


@pytest.fixture(scope="module", name="asked")
def _asked(small: Landed) -> Landed:
    """Return the files of the demo's organisation, with tables of who was invited and of scores."""
    small.connection.execute(f"CREATE TABLE invited AS {INVITED}")
    small.connection.execute(f"CREATE TABLE scored AS {SCORED}")
    return small


def _logistic(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and standard errors of a logistic regression."""
    beta = np.zeros(x.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-x @ beta))
        information = (x * (p * (1 - p))[:, None]).T @ x
        beta = beta + np.linalg.solve(information, x.T @ (y - p))
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def _raked(columns: list[np.ndarray], targets: list[dict[str, float]]) -> np.ndarray:
    """Return weights with which each column has the shares of its target."""
    weights = np.ones(len(columns[0]))
    for _ in range(60):
        for column, target in zip(columns, targets, strict=True):
            names, place = np.unique(column, return_inverse=True)
            wanted = np.array([target[name] for name in names])
            weights *= (wanted / wanted.sum() / np.bincount(place, weights))[place]
    return np.asarray(weights / weights.mean())


def test_each_step_comes_after_the_one_before(small: Landed) -> None:
    assert small.rows("""
        SELECT count(*) FILTER (delivered_at < sent_at OR opened_at <= delivered_at
                   OR started_at < opened_at OR completed_at <= started_at),
               count(*) FILTER ((delivered_at IS NULL) = (bounced_at IS NULL)),
               count(*) FILTER (bounced_at IS NOT NULL AND coalesce(opened_at, opted_out_at) IS NOT NULL),
               count(*) FILTER ((disposition = 'complete') <> (completed_at IS NOT NULL)),
               count(*) FILTER ((disposition = 'partial') <>
                   (started_at IS NOT NULL AND completed_at IS NULL)),
               count(*) FILTER ((disposition = 'refused') <> (opted_out_at IS NOT NULL)),
               count(*) FILTER ((disposition = 'unknown') <> (bounced_at IS NOT NULL))
        FROM survey_invitations WHERE sent_at < '2026-10-20'
    """) == [(0, 0, 0, 0, 0, 0, 0)]  # fmt: skip
    assert small.one("SELECT count(*) FROM survey_invitations WHERE attempts::INT = 2") > 1000


def test_what_becomes_of_invitations_is_counted_right(worlds: list[Landed]) -> None:
    for landed in worlds:
        for column in ("channel", "disposition"):
            counted = dict(
                landed.rows(
                    f"SELECT {column}, count(*) FROM survey_invitations "
                    "WHERE survey_id LIKE 'post-contact-v_' GROUP BY 1"
                )
            )
            truth = landed.truth["values"][f"invitation_{column}s"]
            assert counted == {name: number for name, number in truth.items() if number}


def test_shares_by_channel_are_recovered(asked: Landed) -> None:
    planted = asked.truth["planted"]["fieldwork"]
    for channel, n, bounced, silent, looked in asked.rows("""
        SELECT channel, count(*), count(bounced_at),
               count(*) FILTER (disposition = 'non_contact'),
               count(*) FILTER (disposition = 'non_contact' AND opened_at IS NOT NULL)
        FROM survey_invitations
        WHERE survey_id LIKE 'post-contact-v_' AND sent_at < '2026-10-20' GROUP BY 1
    """):
        for found, base, share in (
            (bounced, n, planted["bounced_share"][channel]),
            (looked, silent, planted["opened_without_answer"][channel]),
        ):
            error = math.sqrt(base * share * (1 - share))
            assert abs(found - base * share) <= 4 * error, channel


@pytest.mark.parametrize("by", ["channel", "tier", "site"])
def test_as_many_answer_and_opt_out_as_expected(asked: Landed, by: str) -> None:
    column = "site_id" if by == "site" else by
    found = {
        name: (answers, opt_outs)
        for name, answers, opt_outs in asked.rows(f"""
            SELECT i.{column}, count(r.response_id), count(i.opted_out_at)
            FROM invited i LEFT JOIN survey_responses r USING (invitation_id) GROUP BY 1
        """)
    }
    expected = {
        name: asked.truth["expected"][f"survey_{name}_by_{by}"]
        for name in ("responses", "variance", "opt_outs")
    }
    # Tiers change between two extracts, now and then.
    slack = 0.02 if by == "tier" else 0.0
    assert len(found) == len(expected["responses"])
    for name, (answers, opt_outs) in found.items():
        wanted = expected["responses"][name]
        error = math.sqrt(expected["variance"][name])
        assert abs(answers - wanted) < 4 * error + slack * wanted, name
        wanted = expected["opt_outs"][name]
        assert abs(opt_outs - wanted) < 4 * math.sqrt(wanted) + slack * wanted, name


def test_what_moves_customers_to_answer_is_recovered(asked: Landed) -> None:
    planted = asked.truth["planted"]["fieldwork"]["log_odds_of_an_answer"]
    sites = asked.truth["planted"]["sites"]
    rows = asked.rows("""
        SELECT r.response_id IS NOT NULL, i.tier, i.channel, i.site_id, i.recent
        FROM invited i LEFT JOIN survey_responses r USING (invitation_id)
        WHERE i.delivered_at IS NOT NULL AND i.sent_at < '2026-10-25'
    """)
    y = np.array([answers for answers, *_ in rows], float)
    channels = ("ivr", "web", "email", "app")
    x = np.array(
        [
            [1.0]
            + [float(tier == name) for name in TIERS[1:]]
            + [float(channel == name) for name in channels]
            + [sites[site], recent]
            for _, tier, channel, site, recent in rows
        ]
    )
    wanted = np.array(
        [planted["base"]]
        + [planted["tier"][name] for name in TIERS[1:]]
        + [planted["channel"][name] for name in channels]
        + [planted["site_satisfaction"], planted["recent_invitation"]]
    )
    found, errors = _logistic(x, y)
    # Feelings, which have a little to do with it, are not seen here.
    assert np.all(np.abs(found - wanted) < 4 * errors + 0.05), found - wanted
    assert np.all(np.abs(found[1:]) > 2 * errors[1:])


def _shares(landed: Landed, sql: str) -> dict[str, float]:
    return {name: float(number) for name, number in landed.rows(sql)}


def test_raking_repairs_the_mean_of_those_who_answer(asked: Landed) -> None:
    truth = asked.truth["planted"]["fieldwork"]["csat"]
    rows = asked.rows("SELECT tier, site_id, channel, score FROM scored")
    columns = [np.array([row[place] for row in rows]) for place in range(3)]
    score = np.array([row[3] for row in rows])
    error = score.std() / math.sqrt(len(score))
    assert score.mean() - truth["of_all"] < -5 * error
    assert abs(score.mean() - truth["of_responses"]) < 4 * error
    reached = [
        _shares(asked, f"SELECT {c}, count(delivered_at) FROM invited GROUP BY 1")
        for c in ("tier", "site_id", "channel")
    ]
    weights = _raked(columns, reached)
    error *= math.sqrt(1 + weights.var())
    raked = float(np.average(score, weights=weights))
    assert abs(raked - truth["of_responses_by_tier_site_channel"]) < 3.5 * error
    assert abs(raked - truth["of_all"]) < 3.5 * error
    base = [
        _shares(asked, f"SELECT {c}, count(*) FROM customers WHERE left_on IS NULL GROUP BY 1")
        for c in ("tier", "org_unit_id")
    ]
    weights = _raked(columns, [*base, reached[2]])
    raked = float(np.average(score, weights=weights))
    assert abs(raked - truth["of_customer_base"]) < 3.5 * error


def test_who_leaves_does_so_at_the_planted_questions(small: Landed) -> None:
    planted = small.truth["planted"]["fieldwork"]
    answered = dict(
        small.rows("""
            WITH placed AS (
                SELECT response_id, max(i.position::INT) AS last
                FROM survey_responses r JOIN survey_answers a USING (response_id)
                JOIN survey_items i ON i.survey_id = r.survey_id AND i.item_code = a.item_code
                WHERE r.survey_id LIKE 'post-contact-v_' AND r.is_test = 'false'
                  AND r.status = 'partial' GROUP BY 1
            )
            SELECT last, count(*) FROM placed GROUP BY 1
        """)
    )
    reached = small.one(
        "SELECT count(*) FROM survey_responses "
        "WHERE survey_id LIKE 'post-contact-v_' AND is_test = 'false'"
    )
    for place, share in enumerate(planted["drop_off"]):
        left = answered.get(place, 0)
        error = math.sqrt(max(reached * share * (1 - share), 1))
        assert abs(left - reached * share) < 4 * error, place
        reached -= left
    begun, silent = small.rows("""
        SELECT count(*) FILTER (response_id IS NULL AND started_at IS NOT NULL),
               count(*) FILTER (response_id IS NULL)
        FROM (SELECT i.*, r.response_id FROM survey_invitations i
              LEFT JOIN survey_responses r USING (invitation_id)
              WHERE i.survey_id LIKE 'post-contact-v_' AND i.delivered_at IS NOT NULL
                AND i.sent_at < '2026-10-20')
    """)[0]
    share = planted["begun_only_share"]
    assert abs(begun - silent * share) < 4 * math.sqrt(silent * share)


def test_haste_and_straight_lines_go_together_in_the_planted_share(small: Landed) -> None:
    planted = small.truth["planted"]["fieldwork"]
    rows = small.rows("""
        SELECT date_diff('second', r.started_at::TIMESTAMP, r.submitted_at::TIMESTAMP) AS seconds,
               count(DISTINCT a.answer_value) = 1 AND count(a.answer_value) = 4 AS is_straight
        FROM survey_responses r JOIN survey_answers a USING (response_id)
        WHERE r.survey_id LIKE 'post-contact-v_' AND r.is_test = 'false' AND r.status = 'complete'
          AND a.item_code IN ('reach', 'knowledge', 'promise', 'care')
        GROUP BY response_id, 1
    """)
    seconds = np.array([s for s, _ in rows])
    is_straight = np.array([straight for _, straight in rows])
    log_median = np.log(seconds[~is_straight]).mean()
    spread = np.log(seconds[~is_straight]).std()
    error = spread / math.sqrt(len(rows))
    assert abs(log_median - math.log(planted["median_seconds"])) < 5 * error
    assert abs(spread - planted["log_seconds_spread"]) < 5 * error
    hasty = is_straight & (seconds < planted["median_seconds"] / 2)
    share = planted["straight_share"]
    assert abs(hasty.mean() - share) < 4 * math.sqrt(share / len(rows)) + 0.004
    median = np.median(seconds[hasty])
    assert abs(median / planted["straight_median_seconds"] - 1) < 0.08


def test_tests_are_flagged_and_counted(worlds: list[Landed]) -> None:
    for landed in worlds:
        flagged = dict(
            landed.rows(
                "SELECT survey_id, count(*) FROM survey_responses "
                "WHERE is_test = 'true' GROUP BY 1 ORDER BY 1"
            )
        )
        assert flagged == landed.truth["values"]["survey_tests"]
        assert landed.one(
            "SELECT count(coalesce(customer_id, invitation_id)) FROM survey_responses "
            "WHERE is_test = 'true'"
        ) == 0  # fmt: skip


def test_invitations_beyond_the_cap_are_counted_right(small: Landed, landed: Landed) -> None:
    for files in (small, landed):
        planted, counts = files.truth["planted"]["fieldwork"], files.truth["expected"]
        by_team: list[Any] = files.rows(f"""
            SELECT i.org_unit_id, count(*), count(*) FILTER (sent > {planted["cap"]})
            FROM (SELECT *, count(*) OVER (
                PARTITION BY customer_id ORDER BY sent_at::TIMESTAMP
                RANGE BETWEEN INTERVAL {planted["window_days"] * 86_400 - 1} SECONDS PRECEDING
                      AND CURRENT ROW
            ) AS sent FROM survey_invitations) i GROUP BY 1
        """)
        assert sum(n for _, n, _ in by_team) == counts["survey_invitations"]["sent"]
        over_cap = sum(over for _, _, over in by_team)
        assert over_cap == counts["survey_invitations"]["over_cap"] > 0
        regardless = {
            team
            for team, site in files.rows(f"SELECT team_id, org_unit_id FROM ({UNIT_OF_TEAM})")
            if site in planted["asked_regardless_of_the_cap"]
        }
        assert sum(over for team, _, over in by_team if team in regardless) > 0.5 * over_cap


def test_who_opted_out_is_asked_no_more(small: Landed) -> None:
    asked = small.one("""
        SELECT count(*) FROM survey_invitations i
        JOIN (SELECT customer_id, min(opted_out_at::TIMESTAMP) AS at FROM survey_invitations
              WHERE opted_out_at IS NOT NULL GROUP BY 1) o USING (customer_id)
        WHERE i.sent_at::TIMESTAMP >= date_trunc('month', o.at) + INTERVAL 1 MONTH + INTERVAL 1 DAY
    """)
    assert asked == 0
    assert small.one("SELECT count(opted_out_at) FROM survey_invitations") > 300


def test_the_bridge_shows_what_the_second_version_does_to_the_score(asked: Landed) -> None:
    planted = asked.truth["planted"]["versions"]
    assert asked.rows("""
        SELECT survey_id, version, opened_on, closed_on FROM surveys
        WHERE programme = 'post_contact' ORDER BY 1
    """) == [
        ("post-contact-v1", "1", "2024-11-01", "2026-07-07"),
        ("post-contact-v2", "2", planted["bridge_from"], None),
    ]  # fmt: skip
    first, last = planted["bridge_from"], planted["bridge_to"]
    when = f"CASE WHEN left(sent_at, 10) < '{first}' THEN 0 WHEN left(sent_at, 10) > '{last}' THEN 2 ELSE 1 END"
    sent = {
        (survey, part): n
        for survey, part, n in asked.rows(
            f"SELECT survey_id, {when}, count(*) FROM invited GROUP BY ALL"
        )
    }
    v1, v2 = planted["surveys"]
    assert sent.keys() == {(v1, 0), (v1, 1), (v2, 1), (v2, 2)}
    both = sent[v1, 1] + sent[v2, 1]
    share = planted["second_share"]
    assert abs(sent[v2, 1] - share * both) < 4 * math.sqrt(both * share * (1 - share))
    assert asked.one(
        f"SELECT count(*) FROM (SELECT customer_id FROM invited WHERE {when} = 1 "
        "GROUP BY 1 HAVING count(DISTINCT survey_id) > 1)"
    ) == 0  # fmt: skip
    scales = dict(
        asked.rows(
            "SELECT survey_id, scale FROM survey_items JOIN surveys USING (survey_id) "
            f"WHERE programme = 'post_contact' AND item_code = '{planted['item']}'"
        )
    )
    assert [scales[v1], scales[v2]] == planted["scales"]
    found = {
        survey: (mean, variance / n)
        for survey, n, mean, variance in asked.rows(
            f"SELECT survey_id, count(*), avg(score), var_samp(score) FROM scored "
            f"WHERE {when} = 1 GROUP BY 1"
        )
    }
    for survey, expected in zip((v1, v2), planted["scores_in_bridge"], strict=True):
        mean, variance = found[survey]
        assert abs(mean - expected) < 3.5 * math.sqrt(variance)
    effect = found[v2][0] - found[v1][0]
    error = math.sqrt(found[v1][1] + found[v2][1])
    assert abs(effect - planted["effect_on_score"]) < 3 * error
    assert effect < -2 * error
