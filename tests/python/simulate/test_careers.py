"""Courses, careers, awards and voices agree with the rest of the world."""

import math

from simulate.landed import Landed
from simulate.trend import log_slope

RANKS = "['director', 'region manager', 'site manager', 'team lead', 'senior agent', 'agent']"
STEPS = f"""
    SELECT employee_id, extracted_on, list_position({RANKS}, job_role) AS rank, org_unit_id,
           lag(rank) OVER each AS rank_before, lag(org_unit_id) OVER each AS unit_before
    FROM employees WINDOW each AS (PARTITION BY employee_id ORDER BY extracted_on)
"""


def test_promotions_and_transfers_are_those_of_the_extracts(
    worlds: list[Landed], small: Landed
) -> None:
    for landed in (*worlds, small):
        for kind, condition in (
            ("promotion", "rank < rank_before"),
            ("transfer", "org_unit_id <> unit_before"),
        ):
            shown = landed.rows(
                f"SELECT employee_id, extracted_on FROM ({STEPS}) WHERE {condition}"
            )
            # Before the first extract that shows somebody, a step cannot be seen.
            told = landed.rows(f"""
                SELECT employee_id, occurred_on FROM career_events
                JOIN ({STEPS}) USING (employee_id)
                WHERE event_type = '{kind}' AND extracted_on = occurred_on
                  AND rank_before IS NOT NULL
            """)
            assert sorted(shown) == sorted(told), kind
    kinds = small.rows("SELECT DISTINCT event_type FROM career_events ORDER BY 1")
    assert [kind for (kind,) in kinds] == [
        *("career_plan", "internal_application", "multi_skilled"),
        *("promotion", "specialist_seat", "transfer"),
    ]


def test_new_people_complete_their_courses(worlds: list[Landed]) -> None:
    for landed in worlds:
        until = "2026-10-31"
        start = landed.truth["start"]
        rows = landed.rows(f"""
            SELECT e.employee_id, count(t.training_id) FROM (
                SELECT employee_id, min(hired_on)::DATE AS hired_on, min(left_on) AS left_on
                FROM employees GROUP BY 1
            ) e LEFT JOIN trainings t ON t.employee_id = e.employee_id
             AND t.completed_on::DATE <= e.hired_on + 10
            WHERE e.hired_on >= DATE '{start}' AND e.hired_on + 10 <= DATE '{until}'
              AND (e.left_on IS NULL OR e.left_on::DATE > e.hired_on + 10)
            GROUP BY 1
        """)
        assert rows
        assert {count for _, count in rows} == {4}


def test_courses_are_on_working_days_and_lie_in_the_shift(worlds: list[Landed]) -> None:
    for landed in worlds:
        wrong = landed.one("""
            SELECT count(*) FROM trainings t LEFT JOIN work_time w
              ON w.employee_id = t.employee_id AND w.worked_on = t.completed_on::DATE
            WHERE coalesce(w.worked_minutes, 0) = 0
        """)
        assert wrong == 0
        lessons = landed.rows(
            "SELECT DISTINCT employee_id, starts_at::DATE FROM shifts WHERE activity = 'training'"
        )
        expected = landed.rows("""
            SELECT DISTINCT employee_id, completed_on::DATE FROM trainings
            WHERE (employee_id, completed_on::DATE) IN (SELECT (employee_id, starts_at::DATE) FROM shifts)
        """)
        assert set(lessons) == set(expected)


def test_scores_follow_from_how_well_a_team_solves(small: Landed) -> None:
    planted = small.truth["planted"]
    rows = small.rows("""
        SELECT any_value(e.org_unit_id), exam_score::DOUBLE, passed
        FROM trainings t JOIN employees e USING (employee_id)
        WHERE e.org_unit_id LIKE 'T%' AND e.extracted_on <= t.completed_on
        GROUP BY training_id, 2, 3 HAVING count(DISTINCT e.org_unit_id) = 1
    """)
    assert {(score >= 60) == (passed == "true") for _, score, passed in rows} == {True}
    assert len({passed for *_, passed in rows}) == 2
    points = [(planted["teams"][team]["solving"], score) for team, score, _ in rows]
    mean = sum(x for x, _ in points) / len(points)
    spread = sum((x - mean) ** 2 for x, _ in points)
    slope = sum((x - mean) * y for x, y in points) / spread
    assert abs(slope - planted["work"]["exam_score_per_solving"]) < 4 * 9 / math.sqrt(spread)


def test_refreshers_are_more_where_customers_feel_let_down(small: Landed) -> None:
    ranked = sorted(small.truth["units"].items(), key=lambda unit: unit[1]["mean_feeling"])
    teams = [unit for unit, _ in ranked if unit.startswith("T")]

    def refreshed(those: list[str]) -> tuple[int, int]:
        names = ", ".join(f"'{team}'" for team in those)
        count = small.one(f"""
            SELECT count(*) FROM trainings t JOIN employees e
              ON e.employee_id = t.employee_id AND e.extracted_on = left(t.completed_on, 8) || '01'
            WHERE e.org_unit_id IN ({names}) AND t.hours::DOUBLE < 4.5
              AND t.completed_on::DATE > e.hired_on::DATE + 10
        """)
        heads = small.one(f"SELECT count(*) FROM employees WHERE org_unit_id IN ({names})")
        return count, heads

    low, low_heads = refreshed(teams[:20])
    high, high_heads = refreshed(teams[-20:])
    apart = math.log((low / low_heads) / (high / high_heads))
    assert apart / math.sqrt(1 / low + 1 / high) > 4


def test_awards_go_to_good_work(small: Landed) -> None:
    above, count = small.rows("""
        WITH solved AS (
            SELECT employee_id, strftime(started_at, '%Y-%m') AS month, org_unit_id,
                   count(*) FILTER (agent_marked_resolved) AS solved
            FROM contacts WHERE employee_id IS NOT NULL GROUP BY ALL
        ),
        usual AS (
            SELECT org_unit_id, month, avg(solved) AS usual FROM solved GROUP BY ALL
        )
        SELECT count(*) FILTER (solved > usual), count(*)
        FROM recognitions r JOIN solved s
          ON s.employee_id = r.employee_id AND s.month = left(r.awarded_on, 7)
        JOIN usual USING (org_unit_id, month)
        WHERE award = 'most matters solved'
    """)[0]
    assert count > 1_000
    assert above / count > 0.95


def test_voices_rise_with_stress_and_are_mostly_closed_in_time(small: Landed) -> None:
    teams = [row for unit, row in small.truth["units"].items() if unit.startswith("T")]
    z = [(t["voices"] - t["expected_voices"]) / math.sqrt(t["expected_voices"]) for t in teams]
    assert max(map(abs, z)) < 4.5
    assert 0.7 < math.sqrt(sum(x * x for x in z) / len(z)) < 1.35
    counted = dict(small.rows("SELECT org_unit_id, count(*) FROM employee_voices GROUP BY 1"))
    truth = {u: row["voices"] for u, row in small.truth["units"].items() if u.startswith("T")}
    assert counted == {unit: voices for unit, voices in truth.items() if voices}
    heads = {
        (team, month): count
        for team, month, count in small.rows("""
            SELECT org_unit_id, left(extracted_on, 7), count(*) FROM employees
            WHERE extracted_on LIKE '%-01' GROUP BY 1, 2
        """)
    }
    cells = [
        (stress, small.truth["units"][team]["months"][month]["voices"], heads[team, month])
        for team, months in small.truth["stress"].items()
        for month, stress in months.items()
    ]
    slope, error = log_slope(cells)
    assert slope / error > 6
    assert abs(slope - small.truth["planted"]["work"]["log_voices_per_stress"]) < 4 * error
    ((in_time, late, waiting),) = small.rows("""
        SELECT count(*) FILTER (closed_on <= due_on), count(*) FILTER (closed_on > due_on),
               count(*) FILTER (closed_on IS NULL)
        FROM employee_voices
    """)
    assert in_time > late > 0
    assert 0 < waiting < 0.15 * (in_time + late)
    wrong = small.one("""
        SELECT count(*) FROM employee_voices
        WHERE (disposition IN ('solved', 'explained')) <> (closed_on IS NOT NULL)
           OR (adopted IS NOT NULL) <>
              (channel IN ('suggestion_box', 'platform') AND closed_on IS NOT NULL)
    """)
    assert wrong == 0
