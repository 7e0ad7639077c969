"""What is planted is found again in the files, by means that share no code with the package."""

import math

import pytest

from simulate.landed import Landed

UNIT_OF_TEAM = """
    WITH RECURSIVE placed AS (
        SELECT team.org_unit_id AS team_id, team.org_unit_id,
               coalesce(team.valid_from, '0001-01-01') AS valid_from,
               coalesce(lead(team.valid_from) OVER (
                   PARTITION BY team.org_unit_id ORDER BY team.valid_from NULLS FIRST
               ), '9999-12-31') AS valid_to,
               team.parent_org_unit_id
        FROM org_units team WHERE org_level = 'team'
        UNION ALL
        SELECT placed.team_id, above.org_unit_id, placed.valid_from, placed.valid_to,
               above.parent_org_unit_id
        FROM placed JOIN org_units above ON above.org_unit_id = placed.parent_org_unit_id
    )
    SELECT team_id, org_unit_id, valid_from, valid_to FROM placed
"""


# Answers to the first question of both versions of the survey after a contact, from 0 to 100.
SCORES = """
    SELECT r.org_unit_id, r.submitted_at, r.survey_id, r.invitation_id, r.employee_id,
           CASE i.scale WHEN 'likert5' THEN (a.answer_value::DOUBLE - 1) * 25
                        WHEN 'score10' THEN (a.answer_value::DOUBLE - 1) * 100 / 9 END AS score
    FROM survey_answers a JOIN survey_responses r USING (response_id)
    JOIN survey_items i ON i.survey_id = r.survey_id AND i.item_code = a.item_code
    WHERE r.survey_id LIKE 'post-contact-v_' AND r.is_test = 'false' AND a.item_code = 'overall'
"""


def _answers(landed: Landed) -> dict[str, tuple[int, float, float]]:
    """Return base, mean and variance of the score of the survey after a contact, by unit."""
    return {
        unit: (n, mean, variance)
        for unit, n, mean, variance in landed.rows(f"""
            SELECT u.org_unit_id, count(*), avg(s.score), var_samp(s.score)
            FROM ({SCORES}) s
            JOIN ({UNIT_OF_TEAM}) u ON u.team_id = s.org_unit_id
             AND s.submitted_at >= u.valid_from AND s.submitted_at < u.valid_to
            GROUP BY 1
        """)
    }


def _spread(z: list[float]) -> float:
    return math.sqrt(sum(x * x for x in z) / len(z))


def test_mean_satisfaction_of_every_unit_is_recovered(worlds: list[Landed]) -> None:
    z = []
    for landed in worlds:
        for unit, (n, mean, variance) in _answers(landed).items():
            expected = landed.truth["units"][unit]["csat_of_responses"]
            z.append((mean - expected) / math.sqrt(variance / n))
    assert len(z) == 4 * 15
    assert max(map(abs, z)) < 4
    assert 0.7 < _spread(z) < 1.35


def test_mean_satisfaction_of_sixty_teams_is_recovered(small: Landed) -> None:
    z = [
        (mean - small.truth["units"][unit]["csat_of_responses"]) / math.sqrt(variance / n)
        for unit, (n, mean, variance) in _answers(small).items()
        # Of fewer, most of them full of praise, the error is not normal.
        if n >= 30
    ]
    assert len(z) >= 70
    assert max(map(abs, z)) < 4
    assert 0.75 < _spread(z) < 1.3


def test_teams_with_a_planted_drift_move_away_from_the_others(small: Landed) -> None:
    changes: dict[float, list[tuple[float, float]]] = {-1.0: [], 0.0: [], 1.0: []}
    shifted = small.truth["planted"]["shifts"][0]["org_unit_id"]
    elsewhere = small.rows(
        f"SELECT DISTINCT team_id FROM ({UNIT_OF_TEAM}) WHERE org_unit_id LIKE 'R_' "
        f"AND org_unit_id <> '{shifted}' ORDER BY 1"
    )
    for (team,) in elsewhere:
        planted = small.truth["planted"]["teams"][team]
        if len(small.truth["units"][team]["months"]) < 24:
            continue
        ((before, before_error), (after, after_error)) = small.rows(f"""
            SELECT avg(score), var_samp(score) / count(*)
            FROM ({SCORES})
            WHERE org_unit_id = '{team}'
              AND (submitted_at < '2025-05-01' OR submitted_at >= '2026-05-01')
            GROUP BY submitted_at >= '2026-05-01' ORDER BY submitted_at >= '2026-05-01'
        """)
        drift = planted["drift_24_months"]
        sign = math.copysign(1.0, drift) if drift else 0.0
        changes[sign].append((after - before, before_error + after_error))
    assert len(changes[-1.0]) == len(changes[1.0]) == 2
    usual = sum(change for change, _ in changes[0.0]) / len(changes[0.0])
    for sign in (-1.0, 1.0):
        error = math.sqrt(sum(variance for _, variance in changes[sign]))
        moved = sum(change - usual for change, _ in changes[sign])
        assert sign * moved / error > 3


def test_nps_of_the_organisation_is_recovered(worlds: list[Landed]) -> None:
    for landed in worlds:
        n, promoters, detractors = landed.rows("""
            SELECT count(*), count(*) FILTER (answer_value::INT >= 9),
                   count(*) FILTER (answer_value::INT <= 6)
            FROM survey_answers JOIN survey_responses r USING (response_id)
            WHERE r.survey_id LIKE 'post-contact-v_' AND r.is_test = 'false'
              AND item_code = 'recommend'
        """)[0]
        nps = 100 * (promoters - detractors) / n
        error = 100 * math.sqrt(((promoters + detractors) / n - (nps / 100) ** 2) / n)
        assert abs(nps - landed.truth["units"]["HQ"]["nps_of_responses"]) < 4 * error


def test_as_many_answer_as_expected(worlds: list[Landed]) -> None:
    z = []
    for landed in worlds:
        answers = _answers(landed)
        for unit, expected in landed.truth["units"].items():
            number = expected["expected_responses"]
            error = math.sqrt(number * (1 - number / expected["reached"]))
            z.append((answers[unit][0] - number) / error)
    assert max(map(abs, z)) < 4
    assert 0.6 < _spread(z) < 1.4


def test_who_answers_depends_on_the_experience(worlds: list[Landed]) -> None:
    for landed in worlds:
        truth = landed.truth["units"]["HQ"]
        assert truth["csat_of_responses"] < truth["csat_of_all"] - 0.3


def test_offered_and_abandoned_contacts_are_counted_right(worlds: list[Landed]) -> None:
    for landed in worlds:
        counted = landed.rows(f"""
            SELECT u.org_unit_id, strftime(started_at, '%Y-%m'), count(*),
                   count(*) FILTER (outcome = 'answered'),
                   count(*) FILTER (outcome = 'abandoned'),
                   count(*) FILTER (outcome = 'abandoned' AND queue_seconds <= 5)
            FROM contacts c JOIN ({UNIT_OF_TEAM}) u ON u.team_id = c.org_unit_id
             AND c.started_at >= u.valid_from::DATE AND c.started_at < u.valid_to::DATE
            WHERE direction = 'inbound' AND outcome NOT IN ('ivr_contained', 'ivr_abandoned')
            GROUP BY 1, 2
        """)
        names = ("offered", "answered", "abandoned", "short_abandoned")
        truth = {
            (unit, month, *(row[name] for name in names))
            for unit, its in landed.truth["units"].items()
            for month, row in its["months"].items()
        }
        assert set(counted) == truth
        assert sum(its["short_abandoned"] for its in landed.truth["units"].values()) > 0


def test_complaints_are_counted_right(worlds: list[Landed]) -> None:
    for landed in worlds:
        counted = landed.one("SELECT count(*) FROM complaints WHERE case_type = 'complaint'")
        assert counted == landed.truth["units"]["HQ"]["complaints"]


@pytest.mark.parametrize("unit", ["R1", "R2"])
def test_the_planted_shift_is_found_where_it_is_and_nowhere_else(
    worlds: list[Landed], unit: str
) -> None:
    change, variance = 0.0, 0.0
    for landed in worlds:
        (shift,) = landed.truth["planted"]["shifts"]
        assert shift["org_unit_id"] == "R1"
        # The team that moves between the regions is left out: its move is no shift.
        for after, n, mean, var in landed.rows(f"""
            SELECT s.submitted_at >= '{shift["from"]}', count(*), avg(s.score), var_samp(s.score)
            FROM ({SCORES}) s
            JOIN ({UNIT_OF_TEAM}) u ON u.team_id = s.org_unit_id
             AND s.submitted_at >= u.valid_from AND s.submitted_at < u.valid_to
            WHERE u.org_unit_id = '{unit}'
              AND s.survey_id = 'post-contact-v1'
              AND s.org_unit_id NOT IN ('T004', 'T006', 'T008')
            GROUP BY 1
        """):
            change += mean if after else -mean
            variance += var / n
    z = change / math.sqrt(variance)
    if unit == "R1":
        assert z < -5
        assert worlds[0].one(
            "SELECT count(*) FROM org_events WHERE org_unit_id = 'R1' "
            f"AND occurred_on = '{shift['from']}'"
        )
    else:
        assert abs(z) < 3.5


def test_weighted_means_of_the_waves_are_recovered(worlds: list[Landed]) -> None:
    z = []
    for landed in worlds:
        for survey, wave in landed.truth["waves"].items():
            for unit, n, mean, error in landed.rows(f"""
                WITH x AS (
                    SELECT r.org_unit_id, coalesce(r.weight, '1')::DOUBLE AS w,
                           a.answer_value::DOUBLE AS x
                    FROM survey_answers a JOIN survey_responses r USING (response_id)
                    WHERE r.survey_id = '{survey}' AND a.item_code = '{wave["item_code"]}'
                ),
                m AS (SELECT org_unit_id, sum(w * x) / sum(w) AS mean FROM x GROUP BY 1)
                SELECT org_unit_id, count(*), any_value(mean),
                       sqrt(sum((w * (x - mean)) ** 2)) / sum(w)
                FROM x JOIN m USING (org_unit_id) GROUP BY 1
            """):
                if n >= 15:
                    expected = wave["units"][unit]["expected_mean_of_responses"]
                    z.append((mean - expected) / error)
    assert len(z) >= 20
    assert max(map(abs, z)) < 4.5
    assert _spread(z) < 1.5
