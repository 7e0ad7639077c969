"""Inspections add up, and what is planted in them is found again."""

import math

from simulate.landed import Landed


def _z(observed: float, expected: float, variance: float) -> float:
    return (observed - expected) / math.sqrt(variance)


def _spread(z: list[float]) -> float:
    return math.sqrt(sum(x * x for x in z) / len(z))


def test_inspections_and_their_items_add_up(small: Landed) -> None:
    wrong = small.rows("""
        SELECT i.inspection_id FROM inspections i JOIN (
            SELECT inspection_id,
                   count(*) FILTER (is_applicable = 'true') AS checked,
                   count(*) FILTER (passed = 'true') AS passed,
                   count(*) FILTER (passed = 'false' AND is_critical = 'true') AS critical,
                   count(second_passed) AS seconds,
                   count(*) FILTER (second_passed = 'true') AS second,
                   count(*) FILTER (is_applicable = 'false' AND passed IS NOT NULL) AS idle
            FROM inspection_items GROUP BY 1
        ) t USING (inspection_id)
        WHERE items_checked::INT <> checked OR items_passed::INT <> t.passed OR idle > 0
           OR critical_errors::INT <> critical
           OR abs(score::DOUBLE - 100 * t.passed / checked) > 0.0501
           OR (second_score IS NULL) <> (seconds = 0)
           OR abs(second_score::DOUBLE - 100 * second / checked) > 0.0501
    """)
    assert wrong == []
    without = "SELECT count(*) FROM inspections ANTI JOIN inspection_items USING (inspection_id)"
    assert small.one(without) == 0


def test_what_is_monitored_is_an_answered_contact_of_the_employee(worlds: list[Landed]) -> None:
    for landed in worlds:
        wrong = landed.one("""
            SELECT count(*) FROM inspections i LEFT JOIN contacts c USING (contact_id)
            WHERE method = 'quality_monitoring' AND NOT coalesce(
                c.outcome = 'answered' AND c.employee_id = i.employee_id
                AND c.org_unit_id = i.org_unit_id AND inspected_at::TIMESTAMP > c.started_at
                AND inspector_id <> i.employee_id, false)
        """)
        assert wrong == 0
        methods = landed.rows("SELECT DISTINCT method FROM inspections ORDER BY 1")
        assert methods == [("mystery_visit",), ("quality_monitoring",), ("site_check",)]


def test_as_many_checks_pass_in_every_unit_as_expected(worlds: list[Landed], small: Landed) -> None:
    z = []
    for landed in (*worlds, small):
        expected = landed.truth["expected"]
        for unit, checked, passed in landed.rows(
            "SELECT org_unit_id, sum(items_checked::INT), sum(items_passed::INT) "
            "FROM inspections GROUP BY 1"
        ):
            assert checked == expected["inspection_checks_by_unit"][unit]
            variance = expected["inspection_checks_variance_by_unit"][unit]
            z.append(_z(passed, expected["inspection_checks_passed_by_unit"][unit], variance))
    assert max(map(abs, z)) < 4
    assert 0.75 < _spread(z) < 1.3


def test_the_leniency_of_each_inspector_is_recovered(small: Landed) -> None:
    planted = small.truth["planted"]["inspections"]["leniency"]
    found = [
        (planted[who], math.log(passed / (checked - passed)), passed * (checked - passed) / checked)
        for who, checked, passed in small.rows("""
            SELECT inspector_id, sum(items_checked::INT), sum(items_passed::INT)
            FROM inspections WHERE method = 'quality_monitoring' GROUP BY 1
        """)
    ]
    total = sum(weight for *_, weight in found)
    mean = sum(weight * x for x, _, weight in found) / total
    squares = sum(weight * (x - mean) ** 2 for x, _, weight in found)
    slope = sum(weight * (x - mean) * y for x, y, weight in found) / squares
    assert len(found) >= 12
    assert slope * math.sqrt(squares) > 5
    # Odds of a mixture lie nearer to even than those it is made of.
    assert abs(slope - 0.95) < 4 / math.sqrt(squares)


def test_kappa_of_double_scoring_is_recovered(worlds: list[Landed], small: Landed) -> None:
    z = []
    for landed in (*worlds, small):
        n, agreed, first, second = landed.rows("""
            SELECT count(*), avg((passed = second_passed)::INT), avg((passed = 'true')::INT),
                   avg((second_passed = 'true')::INT)
            FROM inspection_items WHERE second_passed IS NOT NULL
        """)[0]
        by_chance = first * second + (1 - first) * (1 - second)
        kappa = (agreed - by_chance) / (1 - by_chance)
        error = math.sqrt(agreed * (1 - agreed) / n) / (1 - by_chance)
        z.append((kappa - landed.truth["planted"]["inspections"]["expected_kappa"]) / error)
    assert max(map(abs, z)) < 4
    share = small.one(
        "SELECT count(second_score) / count(*) FROM inspections WHERE method = 'quality_monitoring'"
    )
    assert 0.08 < share < 0.12


def test_the_quality_of_each_vendor_is_recovered(small: Landed) -> None:
    planted = small.truth["planted"]["inspections"]
    sites = small.truth["planted"]["sites"]
    odds: dict[str | None, list[tuple[float, float]]] = {}
    for site, vendor, checked, passed in small.rows("""
        SELECT org_unit_id, vendor_id, sum(items_checked::INT), sum(items_passed::INT)
        FROM inspections WHERE method = 'mystery_visit' GROUP BY ALL ORDER BY ALL
    """):
        own = math.log(passed / (checked - passed)) - planted["site_log_odds"] * sites[site]
        odds.setdefault(vendor, []).append((own, checked / passed / (checked - passed)))
    usual = sum(x for x, _ in odds[None]) / len(odds[None])
    variance = sum(error for _, error in odds[None]) / len(odds[None]) ** 2
    assert odds.keys() - {None} == planted["vendors"].keys() == {"V1", "V2"}
    for vendor, quality in planted["vendors"].items():
        ((x, error),) = odds[vendor]
        assert abs(_z(x - usual, quality, error + variance)) < 4
        assert quality * (x - usual) > 0


def test_visits_have_windows_and_most_are_made_in_them(small: Landed) -> None:
    visits, inside, planned = small.rows("""
        SELECT count(*), count(*) FILTER (inspected_at BETWEEN window_start AND window_end),
               count(*) FILTER (window_start < window_end)
        FROM inspections WHERE method <> 'quality_monitoring'
    """)[0]
    share = small.truth["planted"]["inspections"]["in_window"]
    assert planned == visits
    assert abs(_z(inside, share * visits, share * (1 - share) * visits)) < 4


def test_the_standard_changes_once(worlds: list[Landed]) -> None:
    for landed in worlds:
        change = landed.truth["planted"]["inspections"]["stricter_from"]
        versions = landed.rows("""
            SELECT standard_version, min(left(inspected_at, 10)), max(left(inspected_at, 10))
            FROM inspection_items JOIN inspections USING (inspection_id) GROUP BY 1 ORDER BY 1
        """)
        (_, _, last), (_, first, _) = versions
        assert last < change <= first


def test_a_solved_matter_scores_better(small: Landed) -> None:
    (unsolved, error_1), (solved, error_2) = small.rows("""
        SELECT avg(score::DOUBLE), var_samp(score::DOUBLE) / count(*)
        FROM inspections JOIN contacts USING (contact_id)
        GROUP BY agent_marked_resolved ORDER BY agent_marked_resolved
    """)
    assert _z(solved, unsolved, error_1 + error_2) > 5
