"""Corrective actions, escalations and compensations: keys, order, and what is planted in them."""

import math

from simulate.landed import Landed

SOURCES = {"complaint": "complaints", "inspection": "inspections", "survey": "surveys"}


def _z(observed: int, n: int, share: float) -> float:
    return (observed - n * share) / math.sqrt(n * share * (1 - share))


def test_each_source_key_is_that_of_a_row_of_the_same_unit(small: Landed) -> None:
    for source, entity in SOURCES.items():
        key = f"{source}_id"
        same = "true" if source == "survey" else "x.org_unit_id = a.org_unit_id"
        count, found = small.rows(f"""
            SELECT count(*), count(*) FILTER ({same}) FROM corrective_actions a
            LEFT JOIN {entity} x ON x.{key} = a.source_key WHERE source = '{source}'
        """)[0]
        assert 0 < count == found, source
    keyed = "SELECT count(source_key) FROM corrective_actions WHERE source = 'employee_voice'"
    assert small.one(keyed) == 0


def test_actions_are_about_the_cause_and_follow_its_discovery(small: Landed) -> None:
    wrong = small.one("""
        SELECT count(*) FROM corrective_actions JOIN complaints ON complaint_id = source_key
        WHERE cause <> category OR opened_on <= received_at OR upheld = 'false'
    """)
    assert wrong == 0
    failed = small.one("""
        SELECT count(*) FROM corrective_actions JOIN inspections ON inspection_id = source_key
        SEMI JOIN inspection_items ON inspection_items.inspection_id = source_key
         AND check_code = cause AND passed = 'false' AND is_critical = 'true'
        WHERE opened_on > inspected_at
    """)
    assert failed == small.one(
        "SELECT count(*) FROM corrective_actions WHERE source = 'inspection'"
    )


def test_the_days_of_an_action_come_in_order(worlds: list[Landed], small: Landed) -> None:
    for landed in (*worlds, small):
        wrong = landed.one("""
            SELECT count(*) FROM corrective_actions
            WHERE due_on <= opened_on OR completed_on <= opened_on OR verified_on <= completed_on
               OR reviewed_on <= completed_on OR customers_told_on <= completed_on
               OR (verified_on IS NULL) <> (verified_passed IS NULL)
               OR (verified_on IS NULL) <> (verification_method IS NULL)
               OR (completed_on IS NULL AND coalesce(verified_on, reviewed_on) IS NOT NULL)
        """)
        assert wrong == 0


def test_the_owner_leads_the_team(small: Landed) -> None:
    known, leads = small.rows("""
        SELECT count(*), count(*) FILTER (owner_id IN (
            SELECT employee_id FROM employees WHERE job_role = 'team lead'))
        FROM corrective_actions WHERE owner_id IS NOT NULL
    """)[0]
    assert leads == known > 0.97 * small.truth["rows"]["corrective_actions"]


def test_shares_of_actions_on_time_verified_and_passed_are_recovered(
    worlds: list[Landed], small: Landed
) -> None:
    planted = small.truth["planted"]["corrective_actions"]
    verified = passed = 0
    for landed in (*worlds, small):
        n, good = landed.rows("""
            SELECT count(*), count(*) FILTER (verified_passed = 'true')
            FROM corrective_actions WHERE verified_on IS NOT NULL
        """)[0]
        verified, passed = verified + n, passed + good
    assert abs(_z(passed, verified, planted["expected_pass_share"])) < 4
    # Of those opened half a year before the end, everything is known.
    old, done, in_time, looked_at = small.rows("""
        SELECT count(*), count(completed_on), count(*) FILTER (completed_on <= due_on),
               count(verified_on)
        FROM corrective_actions WHERE opened_on < '2026-03-01'
    """)[0]
    assert abs(_z(done, old, 1 - planted["never_done"])) < 4
    assert abs(_z(in_time, done, planted["on_time"])) < 4
    assert abs(_z(looked_at, done, planted["verified"])) < 4


def test_verifications_find_what_is_true_most_of_the_time(small: Landed) -> None:
    planted = small.truth["planted"]["corrective_actions"]
    working = ", ".join(f"'{action}'" for action in planted["working"])
    right, n = small.rows(f"""
        SELECT count(*) FILTER ((action_id IN ({working})) = (verified_passed = 'true')), count(*)
        FROM corrective_actions WHERE verified_on IS NOT NULL
    """)[0]
    assert abs(_z(right, n, planted["rightly_verified"])) < 4


def test_what_works_lowers_the_complaints_of_its_cause_in_its_team(small: Landed) -> None:
    planted = small.truth["planted"]["corrective_actions"]
    counts = small.truth["expected"]["complaints_of_fixed_causes"]
    prevented, recurring = round(counts["prevented"]), round(counts["would_recur"])
    assert abs(_z(prevented, recurring, planted["prevented"])) < 4
    working = ", ".join(f"'{action}'" for action in planted["working"])
    # Of all cases of a cause in a team, those that are complaints, before and after the action.
    (before, n, _), (after, m, _) = small.rows(f"""
        WITH done AS (
            SELECT org_unit_id, cause AS category,
                   date_trunc('month', min(completed_on::DATE)) + INTERVAL 1 MONTH AS works_from
            FROM corrective_actions WHERE action_id IN ({working}) AND source = 'complaint'
            GROUP BY 1, 2
        )
        SELECT count(*) FILTER (case_type = 'complaint'), count(*),
               coalesce(received_at::TIMESTAMP >= works_from, false) AS is_fixed
        FROM complaints LEFT JOIN done USING (org_unit_id, category)
        GROUP BY is_fixed ORDER BY is_fixed
    """)
    usual = before / n
    assert abs(_z(after, m, (1 - planted["prevented"]) * usual)) < 4
    assert _z(after, m, usual) < -5


def test_escalations_and_compensations_have_their_planted_shares(small: Landed) -> None:
    planted = small.truth["planted"]
    levels = ("low", "normal", "high", "critical")
    for severity, share in zip(levels, planted["escalated_by_severity"], strict=True):
        n, escalated = small.rows(f"""
            SELECT count(*), count(*) FILTER (complaint_id IN (
                SELECT complaint_id FROM complaint_events WHERE event_type = 'escalated'))
            FROM complaints WHERE severity = '{severity}' AND received_at < '2026-08-01'
             AND complaint_id NOT IN (
                SELECT complaint_id FROM complaint_events WHERE event_type = 'withdrawn')
        """)[0]
        assert abs(_z(escalated, n, share)) < 4, severity
    n, paid = small.rows("""
        SELECT count(*), count(*) FILTER (complaint_id IN (
            SELECT complaint_id FROM complaint_events WHERE event_type = 'compensated'))
        FROM complaints WHERE upheld = 'true' AND received_at < '2026-08-01'
         AND complaint_id IN (
            SELECT complaint_id FROM complaint_events WHERE event_type = 'resolved')
    """)[0]
    assert abs(_z(paid, n, planted["compensated_share"])) < 4


def test_only_escalations_go_somewhere_and_only_compensations_cost(small: Landed) -> None:
    wrong = small.one("""
        SELECT count(*) FROM complaint_events
        WHERE (escalated_to IS NOT NULL) <> (event_type = 'escalated')
           OR (amount IS NOT NULL) <> (event_type = 'compensated') OR amount::DOUBLE <= 0
    """)
    assert wrong == 0
    targets = small.rows(
        "SELECT escalated_to FROM complaint_events WHERE escalated_to IS NOT NULL "
        "GROUP BY 1 ORDER BY count(*) DESC"
    )
    assert len(targets) == 5
    assert targets[0] == ("internal",)


def test_each_category_is_reported_first_and_again(small: Landed) -> None:
    pairs = small.rows("SELECT DISTINCT category, subcategory FROM complaints ORDER BY 1, 2")
    assert len(pairs) == 22
    assert {subcategory for _, subcategory in pairs} == {"first report", "reported before"}
    assert small.one("SELECT count(*) FROM complaints WHERE subcategory IS NULL") == 0
