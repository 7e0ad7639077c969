"""Staff and customers: what the extracts say adds up."""

from itertools import pairwise

from simulate.landed import Landed


def test_heads_roll_forward_from_extract_to_extract(landed: Landed) -> None:
    days = [day for (day,) in landed.rows("SELECT DISTINCT extracted_on FROM employees ORDER BY 1")]
    assert days == [f"2026-{month:02d}-01" for month in range(5, 11)] + ["2026-10-31"]
    vanished = set()
    for before, after in pairwise(days):
        present = {
            day: {
                person: (hired, left)
                for person, hired, left in landed.rows(
                    "SELECT employee_id, hired_on, left_on FROM employees "
                    f"WHERE extracted_on = '{day}'"
                )
            }
            for day in (before, after)
        }
        for _, left in present[after].values():
            assert left is None or before < left <= after
        stayed = {p for p, (_, left) in present[before].items() if left is None}
        vanished |= stayed - present[after].keys()
        for person in present[after].keys() - stayed:
            assert before < present[after][person][0] <= after
        gone = {p for p, (_, left) in present[before].items() if left is not None}
        assert not gone & present[after].keys()
    assert vanished == {landed.truth["planted"]["vanished_employee"]}


def test_roles_change_and_people_leave(worlds: list[Landed]) -> None:
    changed = leavers = 0
    for landed in worlds:
        leavers += landed.one("SELECT count(left_on) FROM employees")
        changed += landed.one(
            "SELECT count(*) FROM (SELECT employee_id FROM employees GROUP BY 1 "
            "HAVING count(DISTINCT job_role) > 1)"
        )
    assert leavers > 4
    assert changed > 0


def test_everybody_but_the_director_has_a_manager_who_works_there(landed: Landed) -> None:
    without = landed.rows("""
        SELECT DISTINCT e.job_role FROM employees e
        LEFT JOIN employees m ON m.employee_id = e.manager_id AND m.extracted_on = e.extracted_on
        WHERE m.employee_id IS NULL AND e.left_on IS NULL AND e.extracted_on = '2026-05-01'
    """)
    assert without == [("director",)]


def test_only_those_on_duty_serve_customers(landed: Landed) -> None:
    wrong = landed.one("""
        SELECT count(*) FROM contacts c JOIN (
            SELECT employee_id, min(hired_on::DATE) AS hired_on, max(left_on::DATE) AS left_on
            FROM employees GROUP BY 1
        ) e USING (employee_id)
        WHERE c.started_at < hired_on OR c.started_at >= left_on
    """)
    assert wrong == 0
    assert landed.one(
        "SELECT count(employee_id) / count(*) > 0.99 FROM contacts WHERE outcome = 'answered'"
    )


def test_a_team_moves_one_opens_and_one_closes(landed: Landed) -> None:
    changes = {c["change"]: c for c in landed.truth["planted"]["changes"]}
    moved = landed.rows(
        f"SELECT valid_from FROM org_units WHERE org_unit_id = '{changes['moved']['org_unit_id']}' "
        "ORDER BY 1 NULLS FIRST"
    )
    assert moved == [(None,), (changes["moved"]["from"],)]
    for change, condition in (("opened", "<"), ("closed", ">=")):
        unit, day = changes[change]["org_unit_id"], changes[change]["from"]
        assert landed.one(f"SELECT {change}_on FROM org_units WHERE org_unit_id = '{unit}'")
        contacts = f"SELECT count(*) FROM contacts WHERE org_unit_id = '{unit}'"
        assert landed.one(f"{contacts} AND started_at {condition} DATE '{day}'") == 0
        assert landed.one(contacts) > 0


def test_customers_are_seen_in_two_extracts_or_more(landed: Landed) -> None:
    days = landed.rows("SELECT extracted_on, count(*) FROM customers GROUP BY 1 ORDER BY 1")
    assert len(days) >= 2
    changed = landed.one(
        "SELECT count(*) FROM (SELECT customer_id FROM customers GROUP BY 1 "
        "HAVING count(DISTINCT tier) > 1)"
    )
    assert changed > 0
    kinds = landed.rows("SELECT DISTINCT tier FROM customers ORDER BY 1")
    assert kinds == [("basic",), ("gold",), ("silver",)]
    segments = landed.rows("SELECT DISTINCT segment FROM customers ORDER BY 1")
    assert segments == [("business",), ("residential",)]


def test_events_of_a_case_come_in_an_order_that_makes_sense(worlds: list[Landed]) -> None:
    seen = set()
    for landed in worlds:
        cases: dict[str, list[str]] = {}
        for case, event in landed.rows(
            "SELECT complaint_id, event_type FROM complaint_events ORDER BY 1, occurred_at"
        ):
            cases.setdefault(case, []).append(event)
        seen |= {event for events in cases.values() for event in events}
        for events in cases.values():
            assert events[0] == "acknowledged"
            if "withdrawn" in events:
                assert events[-1] == "withdrawn"
            if "closed" in events:
                assert "resolved" in events[: events.index("closed")]
            if "reopened" in events:
                assert "closed" in events[: events.index("reopened")]
        early = landed.one(
            "SELECT count(*) FROM complaint_events e JOIN complaints c USING (complaint_id) "
            "WHERE left(e.occurred_at, 19) < c.received_at"
        )
        assert early == 0
    assert seen == {
        *("acknowledged", "assigned", "first_reply", "promised", "resolved", "reopened"),
        *("closed", "withdrawn", "follow_up", "waiting_customer", "customer_replied"),
        *("escalated", "compensated", "handover_accepted", "plan_told", "customer_visit"),
        *("alternative_offered", "result_told", "confirmed", "second_follow_up"),
    }
